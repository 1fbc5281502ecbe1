#!/usr/bin/env bash
# Runs once, when the data volume is empty: one database and one role for each service. A role owns its database and
# can connect to no other.
set -euo pipefail

make_database() {
  local name="$1" password="$2"
  psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set name="$name" --set password="$password" <<'SQL'
create role :"name" login nosuperuser nocreatedb nocreaterole password :'password';
create database :"name" owner :"name" template template0;
revoke connect, temporary on database :"name" from public;
SQL
  psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$name" \
    --command 'revoke all on schema public from public'
}

make_database tessera_users "$DATABASE_PASSWORD_USERS"
make_database tessera_posts "$DATABASE_PASSWORD_POSTS"
make_database tessera_followers "$DATABASE_PASSWORD_FOLLOWERS"

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --command 'revoke connect, temporary on database postgres, template1 from public'
