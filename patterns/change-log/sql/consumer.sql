-- What a consumer keeps in its own database. A migration of the service copies this text.

-- How far the consumer has applied the log of `source`. Whoever moves it has applied what lies between.
create table consumer_offset (
  consumer text not null,
  source text not null,
  epoch bigint not null,
  "offset" bigint not null,
  -- Of the last control record that was applied: what readers compare with a consistency token.
  cur text,
  tick_time timestamptz(3),
  -- Grows with each rebuild, so that a batch begun before one cannot commit after it.
  build integer not null default 1,
  -- Of the export this was rebuilt from: events visible in it are part of it already.
  export text,
  primary key (consumer, source)
);

-- A key whose event could not be applied: it and all that follow of the same key wait in parked_event.
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

-- Why the event after this offset waits for another log, and since when. Null: it does not.
alter table consumer_offset add column waiting text, add column waiting_since timestamptz(3);

-- A key that a reactor's rebuild has put here with its open work: it has not failed, and is drained.
alter table parked_key add column draining boolean not null default false;
create index parked_key_draining_idx on parked_key (consumer, source, key) where draining;

-- Of an item of open work: the id of the request.
alter table parked_event add column request text;
create index parked_event_request_idx on parked_event (consumer, source, request) where request is not null;

-- The requests that a reactor has taken up. `outcome` null: it is open. An outcome never changes, so that a repeat of the
-- request is answered from here.
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
