import { Client } from 'pg'
import { expect, inject, test } from 'vitest'
import { pooledDatabase } from '../support/pooled-database.ts'

const SETTINGS = `select current_setting('statement_timeout') as timeout, current_setting('search_path') as path`
const LEFT = `select count(*)::integer as n from pg_class join pg_namespace on pg_namespace.oid = relnamespace
              where nspname !~ '^pg_' and nspname <> 'information_schema'`

async function connect(url: string) {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return {
    rows: async (text: string) => (await client.query(text)).rows,
    ended: new Promise((resolve) => client.once('end', resolve)),
    [Symbol.asyncDispose]: () => client.end(),
  }
}

/** Of a pool that no other file uses. */
const take = () => pooledDatabase(inject('superuserUrl'), 'tessera_own_pool')
const nameOf = ({ url }: { url: string }) => new URL(url).pathname.slice(1)

test('a reused database contains nothing from an earlier test', async () => {
  const first = await take()
  const name = nameOf(first)
  await using earlier = await connect(first.url)
  const fresh = await earlier.rows(SETTINGS)
  await earlier.rows(`create table a (n serial); create schema other; create table other.b (n integer);
    create type c as enum ('x'); create function d() returns integer language sql return 1;
    alter database ${name} set statement_timeout = 9; alter role ${name} set search_path = other`)
  await earlier.rows('begin; insert into a values (1)')
  await earlier.rows("prepare transaction 'left behind'")
  await first[Symbol.asyncDispose]()

  await using again = await take()
  expect(nameOf(again)).toBe(name)
  await earlier.ended
  await expect(connect(first.url)).rejects.toThrow('password authentication failed')
  await using later = await connect(again.url)
  expect(await later.rows(SETTINGS)).toEqual(fresh)
  expect(await later.rows(LEFT)).toEqual([{ n: 0 }])
  expect(await later.rows("select from pg_prepared_xacts where gid = 'left behind'")).toEqual([])
  await later.rows('create table a (n serial); create type c as enum ()')
})

test('two concurrent users of the pool have different databases', async () => {
  await using one = await take()
  await using other = await take()
  expect(nameOf(one)).not.toBe(nameOf(other))
  await expect(connect(one.url.replace(nameOf(one), nameOf(other)))).rejects.toThrow()
})
