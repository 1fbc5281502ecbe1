-- Streams of events. A migration of the service copies this text.

-- Rows are inserted by `append`, which holds the lock of the stream. Names are compared as bytes: the order of streams is
-- the same in each database, and comparing is cheap.
create table stream_event (
  stream text collate "C" not null,
  version integer not null check (version > 0),
  type text not null,
  schema integer not null check (schema > 0),
  data jsonb not null,
  meta jsonb not null,
  recorded_at timestamptz(3) not null,
  -- For consistency tokens. It says nothing about the order.
  xid xid8 not null default pg_current_xact_id(),
  primary key (stream, version)
);

-- Append-only: an owner may revoke its own rights. `npm run events -- check` reports if they come back.
revoke update, delete, truncate on stream_event from current_user;
