create table post (
  id uuid primary key,
  author_id uuid not null,
  reply_to_id uuid,
  text text not null,
  version integer not null default 1,
  created_at timestamptz(3) not null,
  edited_at timestamptz(3),
  deleted_at timestamptz(3),
  like_count integer not null default 0 check (like_count >= 0),
  reply_count integer not null default 0 check (reply_count >= 0)
);
create index post_author_idx on post (author_id, created_at desc, id desc) where deleted_at is null;
create index post_reply_idx on post (reply_to_id, created_at, id) where deleted_at is null;

create table post_edit (
  post_id uuid not null,
  version integer not null,
  text text not null,
  replaced_at timestamptz(3) not null,
  primary key (post_id, version)
);

create table post_like (
  post_id uuid not null,
  user_id uuid not null,
  liked_at timestamptz(3) not null,
  primary key (post_id, user_id)
);
create index post_like_liked_at_idx on post_like (post_id, liked_at desc, user_id desc);

create table author_count (
  author_id uuid primary key,
  post_count integer not null check (post_count >= 0)
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
