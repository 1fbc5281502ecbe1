import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { Pool } from 'pg'
import { append, fold, readStreams, type StoredEvent } from '../../patterns/event-store/index.ts'
import { pooledSql } from '../../platform/postgres/pooled-sql.ts'
import { provision } from '../../platform/postgres/provision.ts'
import { root } from '../../platform/root.ts'
import type { Servers } from '../change-log/servers.ts'
import { baselines } from '../support/baselines.ts'
import { runSql } from '../system/sql.ts'

/** Adds a number to a stream that has so many events. */
export type Addition = { stream: string; expectedVersion: number; n: number }

/** A store of streams of numbers. */
export type Store = {
  append(one: Addition): Promise<void>
  /** In one transaction. */
  appendToMany(many: readonly Addition[]): Promise<void>
  /** The sum of each stream. */
  fold(streams: readonly string[]): Promise<number[]>
  close(): Promise<void>
}

/** Connections of each: the number that Castore takes. */
const CONNECTIONS = 10

export const STORES = ['ours', 'castore'] as const
export type StoreName = (typeof STORES)[number]

const opening: Record<StoreName, (url: string) => Promise<Store>> = { ours: openOurs, castore: openCastore }

/** Opens a store in a database of its own. */
export async function openStore(
  { superuserUrl, password }: Servers,
  name: StoreName,
): Promise<Store & AsyncDisposable> {
  const [url = ''] = await provision(superuserUrl, [{ name: `store_${name}`, password }])
  const store = await opening[name](url)
  return { ...store, [Symbol.asyncDispose]: () => store.close() }
}

async function openCastore(url: string): Promise<Store> {
  const file = join(baselines, 'event-store/castore.js')
  const { openCastore: open } = (await import(file)) as { openCastore: (url: string) => Promise<Store> }
  return open(url)
}

const schemas = { Added: { schema: 1 } }
const sums = {
  initial: 0,
  evolve: (sum: number, { data }: StoredEvent) => sum + (data as { n: number }).n,
}

async function openOurs(url: string): Promise<Store> {
  await runSql(url, await readFile(join(root, 'patterns/event-store/sql/event-store.sql'), 'utf8'))
  const pool = new Pool({ connectionString: url, max: CONNECTIONS })
  const { sql, transact } = pooledSql(pool)

  async function add(many: readonly Addition[]): Promise<void> {
    const appends = many.map(({ stream, expectedVersion, n }) => ({
      stream,
      expectedVersion,
      events: [{ type: 'Added', data: { n }, meta: { actor: 'bench' } }],
    }))
    const appended = await transact((tx) => append(tx, appends, { schemas, clock: Date.now }))
    if (appended.kind !== 'appended') throw new Error(`${appended.stream} has ${appended.actual} events`)
  }

  return {
    append: (one) => add([one]),
    appendToMany: add,
    async fold(streams) {
      const read = await readStreams(sql, streams, schemas)
      return streams.map((stream) => fold(sums, read.get(stream) ?? []))
    },
    close: () => pool.end(),
  }
}
