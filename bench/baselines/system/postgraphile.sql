-- One database with the same data, for PostGraphile: our tables as they are, with their indexes, and the foreign keys
-- that only one database can have. Smart comments give the relations their names.

create table users (
  id uuid primary key,
  handle text collate "C" not null unique,
  name text not null,
  bio text not null,
  version integer not null default 1,
  created_at timestamptz(3) not null
);

create table post (
  id uuid primary key,
  author_id uuid not null,
  reply_to_id uuid,
  text text not null,
  version integer not null default 1,
  created_at timestamptz(3) not null,
  edited_at timestamptz(3),
  like_count integer not null default 0,
  reply_count integer not null default 0
);
create index on post (author_id, created_at desc, id desc);

create table post_like (
  post_id uuid not null,
  user_id uuid not null,
  liked_at timestamptz(3) not null,
  primary key (post_id, user_id)
);
create index on post_like (post_id, liked_at desc, user_id desc);

create table follow (
  follower_id uuid not null,
  followee_id uuid not null,
  followed_at timestamptz(3) not null,
  primary key (follower_id, followee_id)
);
create index on follow (followee_id, followed_at desc, follower_id desc);
create index on follow (follower_id, followed_at desc, followee_id desc);

create table author_count (
  author_id uuid primary key,
  post_count integer not null
);

create table follow_count (
  user_id uuid primary key,
  follower_count integer not null,
  following_count integer not null
);

-- What the seed wants besides; dropped again below.
create table credential (user_id uuid, password_hash text, updated_at timestamptz);
alter table post add column mentions jsonb;
create table outbox (key text, type text, version integer, payload json, touches text[], headers json);
create table idempotency_key (
  viewer text, key text, input_hash bytea, result_id text, primary key (viewer, key)
);
