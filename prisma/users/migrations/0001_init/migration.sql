create table users (
  id uuid primary key,
  -- Collation C: handles are ASCII, so bytes order them, the same everywhere, and one index serves prefixes too.
  handle text collate "C" not null,
  name text not null,
  bio text not null,
  version integer not null default 1,
  created_at timestamptz(3) not null
);
create unique index users_handle_key on users (handle);

-- The words of a name, lower case, for searchUsers: everything between white space and ASCII punctuation.
-- queries/search.ts cuts a query the same way. No text search parser: it takes some names for e-mail or file names.
create function name_words(name text) returns tsvector language sql immutable strict parallel safe
return array_to_tsvector(array_remove(regexp_split_to_array(
  lower(name collate "und-x-icu"),
  '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a0\u2000-\u200a\u3000]+'
), ''));
create index users_name_words_idx on users using gin (name_words(name));

create table credential (
  user_id uuid primary key references users (id) on delete cascade,
  password_hash text not null,
  updated_at timestamptz(3) not null
);

create table session (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  created_at timestamptz(3) not null,
  ended_at timestamptz(3)
);
create index session_user_id_idx on session (user_id);
create index session_ended_at_idx on session (ended_at);

create table refresh_token (
  hash bytea primary key,
  session_id uuid not null references session (id) on delete cascade,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3)
);
create index refresh_token_session_id_idx on refresh_token (session_id);

create table signing_key (
  id text primary key,
  public_jwk jsonb not null,
  private_jwk jsonb not null,
  created_at timestamptz(3) not null,
  revoked_at timestamptz(3)
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
