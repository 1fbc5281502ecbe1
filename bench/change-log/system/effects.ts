/** The copy that both write to, in a database of its own. A trigger notes by which transaction each version came. */
export const CREATE_EFFECTS = `
  create table author (id text primary key, name text not null, version integer not null);
  create table noted (id text not null, version integer not null, xid xid8 not null default pg_current_xact_id());
  create function note() returns trigger language plpgsql as $$
    begin
      insert into noted (id, version) values (new.id, new.version);
      return null;
    end $$;
  create trigger noted after insert or update on author for each row execute function note()`

/** The same for the owner: which transaction changed a profile. */
export const NOTE_WRITES = `
  create table noted (id text not null, version integer not null, xid xid8 not null default pg_current_xact_id());
  create function note() returns trigger language plpgsql as $$
    begin
      insert into noted (id, version) values (new.id::text, new.version);
      return null;
    end $$;
  create trigger noted after update on users for each row execute function note()`

/** Writes the current profile. Late events are skipped. */
export const UPSERT = `
  insert into author (id, name, version)
  select * from unnest($1::text[], $2::text[], $3::integer[])
  on conflict (id) do update set name = excluded.name, version = excluded.version
  where author.version < excluded.version`

/** When each version was committed: µs since 1970, as Postgres noted it. */
export const COMMITS = `
  select id, version, (extract(epoch from pg_xact_commit_timestamp(xid::xid)) * 1000000)::float8 as at from noted`
