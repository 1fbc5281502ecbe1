/** The copy that both contenders write. A trigger records the transaction that wrote each version. */
export const CREATE_EFFECTS = `
  create table author (id text primary key, name text not null, version integer not null);
  create table version_written (id text not null, version integer not null, xid xid8 not null default pg_current_xact_id());
  create function record_version() returns trigger language plpgsql as $$
    begin
      insert into version_written (id, version) values (new.id, new.version);
      return null;
    end $$;
  create trigger record_version after insert or update on author for each row execute function record_version()`

/** The same for the owner: records the transaction that changed each profile. */
export const RECORD_WRITES = `
  create table version_written (id text not null, version integer not null, xid xid8 not null default pg_current_xact_id());
  create function record_version() returns trigger language plpgsql as $$
    begin
      insert into version_written (id, version) values (new.id::text, new.version);
      return null;
    end $$;
  create trigger record_version after update on users for each row execute function record_version()`

/** Upserts; ignores events older than the stored version. */
export const UPSERT = `
  insert into author (id, name, version)
  select * from unnest($1::text[], $2::text[], $3::integer[])
  on conflict (id) do update set name = excluded.name, version = excluded.version
  where author.version < excluded.version`

/** Commit timestamp of each version, µs since 1970. */
export const COMMITS = `
  select id, version, (extract(epoch from pg_xact_commit_timestamp(xid::xid)) * 1000000)::float8 as at from version_written`
