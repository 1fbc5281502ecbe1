-- The consumer of users' decisions. The tables are those of patterns/change-log/sql/consumer.sql.

-- Position of the consumer in the log of `source`. The transaction that moves the position also applies the records in
-- between.
create table consumer_offset (
  consumer text not null,
  source text not null,
  epoch bigint not null,
  "offset" bigint not null,
  -- Snapshot of the last control record that was applied. Readers compare it with a consistency token.
  cur text,
  tick_time timestamptz(3),
  -- Grows with each rebuild, so that a batch that began before a rebuild cannot commit after it.
  build integer not null default 1,
  -- Snapshot of the export that the consumer was rebuilt from. Events that are visible in it are part of the export.
  export text,
  primary key (consumer, source)
);

-- A key whose event could not be applied. That event and all later events of the key wait in parked_event.
create table parked_key (
  consumer text not null,
  source text not null,
  key text not null,
  reason text not null,
  parked_at timestamptz(3) not null default now(),
  primary key (consumer, source, key)
);

create table parked_event (
  consumer text not null,
  source text not null,
  key text not null,
  "offset" bigint not null,
  record text not null,
  primary key (consumer, source, key, "offset"),
  foreign key (consumer, source, key) references parked_key
);

-- Why the event after this offset waits for another log, and since when. Null if it does not wait.
alter table consumer_offset add column waiting text, add column waiting_since timestamptz(3);

-- True for a key that the rebuild of a reactor has stored with its open work. The key has not failed; its work is drained.
alter table parked_key add column draining boolean not null default false;
create index parked_key_draining_idx on parked_key (consumer, source, key) where draining;

-- Id of the request, for an item of open work.
alter table parked_event add column request text;
create index parked_event_request_idx on parked_event (consumer, source, request) where request is not null;

-- The requests that a reactor has taken up. `outcome` is null while a request is open. An outcome never changes, so a
-- repeated request gets its outcome from this table.
create table reactor_request (
  consumer text not null,
  source text not null,
  id text not null,
  key text not null,
  outcome jsonb,
  taken_at timestamptz(3) not null default now(),
  decided_at timestamptz(3),
  primary key (consumer, source, id)
);
create index reactor_request_open_idx on reactor_request (consumer, source, id) where outcome is null;

-- For the deletion of old outcomes.
create index reactor_request_decided_idx on reactor_request (consumer, source, decided_at) where outcome is not null;
