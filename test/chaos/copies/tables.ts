import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../../platform/root.ts'
import type { Service } from '../../../contracts/topology.ts'
import { connect } from '../support/sessions.ts'

/**
 * Tables of the harness's own consumers: for each log a copy with counters, built from events only, and a row per effect.
 * `effect` can contain an event twice, so that the checkers can find it.
 */
const EFFECTS = `
  create table effect (
    n bigint generated always as identity, epoch bigint not null, "offset" bigint not null,
    operation text not null, key text not null, type text not null
  );
  -- The exports that the copy was built from: what they hold has no effect of its own.
  create table built (n bigint generated always as identity, epoch bigint not null, snapshot text not null);
  -- Keys whose events are to fail for a while.
  create table poison (key text primary key)`

const COPIES: Readonly<Record<Service, string>> = {
  users: `
    create table profile (
      id text primary key, handle text not null, name text not null, bio text not null, version integer not null
    )`,
  posts: `
    create table post (id text primary key, author text not null, reply_to text, version integer not null,
      like_count integer not null default 0);
    create table liked (post text, liker text, primary key (post, liker));
    create table author_count (author text primary key, posts integer not null)`,
  followers: `
    create table edge (follower text, followee text, primary key (follower, followee));
    create table edge_count (person text primary key, followers integer not null, following integer not null)`,
}

export async function createCopyTables(service: Service, url: string): Promise<void> {
  const client = await connect(url)
  try {
    await client.query(await readFile(join(root, 'patterns/change-log/sql/consumer.sql'), 'utf8'))
    await client.query(EFFECTS)
    await client.query(COPIES[service])
  } finally {
    await client.end()
  }
}
