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
