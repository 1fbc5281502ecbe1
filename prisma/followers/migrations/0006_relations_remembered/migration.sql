-- The relation of two users is the history of its changes. Follows, requests, blocks and counts are derived from it, in the
-- transaction that writes it.

-- The event store: a copy of patterns/event-store/sql/event-store.sql. Streams are named after ordered pairs:
-- user_…>user_…
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

-- A follow becomes a period. Existing rows are kept where they are: they become periods that are still open. Their streams
-- are imported later, because 3 million of them take minutes.
create extension if not exists btree_gist;
alter table follow rename to follow_period;
alter table follow_period rename column followed_at to began_at;
alter table follow_period add column ended_at timestamptz(3);
alter table follow_period drop constraint follow_pkey;
alter table follow_period rename constraint follow_check to follow_period_two_users;
alter table follow_period add constraint follow_period_order check (ended_at >= began_at);
drop index follow_followers_idx, follow_following_idx;

-- The open period of a pair is the follow.
create unique index follow_period_open_key on follow_period (follower_id, followee_id) where ended_at is null;
create index follow_period_followers_idx on follow_period (followee_id, began_at desc, follower_id desc)
  where ended_at is null;
create index follow_period_following_idx on follow_period (follower_id, began_at desc, followee_id desc)
  where ended_at is null;
-- Ended periods, for the followers of a past day.
create index follow_period_past_followers_idx on follow_period (followee_id, began_at desc, follower_id desc)
  include (ended_at) where ended_at is not null;
create index follow_period_past_following_idx on follow_period (follower_id, began_at desc, followee_id desc)
  include (ended_at) where ended_at is not null;
-- Periods of one pair never overlap, whatever the code does.
alter table follow_period add constraint follow_period_apart
  exclude using gist (follower_id with =, followee_id with =, tstzrange(began_at, ended_at) with &&);

-- The requests that are still open.
create table follow_request (
  id uuid primary key,
  follower_id uuid not null,
  followee_id uuid not null,
  requested_at timestamptz(3) not null,
  unique (follower_id, followee_id)
);
-- For the requests that expire.
create index follow_request_requested_at_idx on follow_request (requested_at);

-- For the list of the users whom somebody blocks.
create index block_blocked_at_idx on block (blocker_id, blocked_at desc, blocked_id desc);
