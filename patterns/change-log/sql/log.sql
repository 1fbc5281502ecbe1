-- The change log of a database that writes events. A migration of the service copies this text.

-- Append-only: rows are inserted by the command that changes the state, and deleted by retention. It has no check
-- constraints, which Postgres prepares anew for each insert (5 of 60 µs): events are checked before.
create table outbox (
  seq bigint generated always as identity (cache 1) primary key,
  xid xid8 not null default pg_current_xact_id(),
  key text not null,
  type text not null,
  version integer not null,
  payload json not null,
  -- Null: the event touches the whole database.
  touches text[],
  headers json not null,
  time timestamptz(3) not null default now()
);
create index outbox_xid_idx on outbox (xid);

-- Tick n holds the rows visible in `cur` and not in `prev`, `cnt` of them, ordered by seq: their offsets are
-- base, base + 1, …; the control record that ends it has the offset base + cnt.
create table tick (
  n bigint primary key,
  epoch bigint not null,
  prev pg_snapshot not null,
  cur pg_snapshot not null,
  base bigint not null,
  cnt bigint not null,
  -- seq of the rows number 0, 2000, 4000, …, and of the last one: where a page begins.
  marks bigint[] not null,
  time timestamptz(3) not null,
  unique (epoch, base)
);

-- Which database the ticks were taken in. No row: the log was never started.
create table log_state (
  one boolean primary key default true check (one),
  epoch bigint not null,
  system_identifier bigint not null,
  database_oid oid not null,
  timeline text not null,
  -- Rows that are visible in it belong to ticks that are gone, and may be deleted.
  floor pg_snapshot
);

-- Who reads the log and holds its rows.
create table log_consumer (
  name text primary key,
  epoch bigint not null,
  "offset" bigint not null,
  reported_at timestamptz(3) not null,
  expired boolean not null default false
);

-- Why the log was refused, until its epoch is raised or kept: transaction ids that were behind catch up, and a transport
-- that was ahead may be emptied, and neither gives anything back. Null: it was not.
alter table log_state add column refused text;

-- How far the copies in this database had come in the tick's own snapshot: [{"source", "epoch", "cur"}], a row for each
-- consumer; `cur` is null while a key is parked. Null: this database keeps no copies.
alter table tick add column copies jsonb;
