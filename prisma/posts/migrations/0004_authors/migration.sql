-- What the service keeps of the users: handle and name, copied from their owner's change log and export. The first tables
-- are those of patterns/change-log/sql/consumer.sql.


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

create table author (
  id uuid primary key,
  -- Collation C, as in users: handles are ASCII.
  handle text collate "C" not null,
  name text not null,
  -- Of the profile in users.
  version integer not null,
  -- Of the event, or the export, that brought the handle. Of two who seem to have one, the later has it: an event of the
  -- other that took it away may be parked.
  handle_offset bigint not null
);
create index author_handle_idx on author (handle, handle_offset desc);

-- Who is mentioned in a text, and where: [{"start", "length", "userId"}] in UTF-16 units of the text; null for nobody.
-- It is no table of its own: it is read with the text, has its version, and goes with it.
alter table post add column mentions jsonb;
alter table post_edit add column mentions jsonb;
