create table follow (
  follower_id uuid not null,
  followee_id uuid not null,
  followed_at timestamptz(3) not null,
  primary key (follower_id, followee_id),
  check (follower_id <> followee_id)
);
create index follow_followers_idx on follow (followee_id, followed_at desc, follower_id desc);
create index follow_following_idx on follow (follower_id, followed_at desc, followee_id desc);

create table block (
  blocker_id uuid not null,
  blocked_id uuid not null,
  blocked_at timestamptz(3) not null,
  primary key (blocker_id, blocked_id),
  check (blocker_id <> blocked_id)
);

create table follow_count (
  user_id uuid primary key,
  follower_count integer not null check (follower_count >= 0),
  following_count integer not null check (following_count >= 0)
);

create table idempotency_key (
  viewer text not null,
  key text not null,
  input_hash bytea not null,
  result_id text not null,
  created_at timestamptz(3) not null default now(),
  primary key (viewer, key)
);
create index idempotency_key_created_at_idx on idempotency_key (created_at);
