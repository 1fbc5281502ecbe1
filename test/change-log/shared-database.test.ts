import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, test, vi } from 'vitest'
import { lockKey, locks } from '../../contracts/advisory-locks.ts'
import { createSignal, startRelay } from '../../patterns/change-log/index.ts'
import { root } from '../../platform/root.ts'
import { WITHIN } from '../support/timeout.ts'
import { openLogDatabase } from './support/log-database.ts'

/** One database with two schemas, each with the tables of a log, as two services share one. */
async function openSchemas(): Promise<AsyncDisposable & { connect(schema: string): Promise<Client> }> {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await openLogDatabase())
  const connect = async (schema: string) => {
    const client = new Client({ connectionString: database.url, options: `-c search_path=${schema}` })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  for (const schema of SCHEMAS) {
    const client = await connect(schema)
    await client.query(`create schema ${schema}`)
    await client.query(await readFile(join(root, 'patterns/change-log/sql/log.sql'), 'utf8'))
    await client.end()
  }
  const opened = stack.move()
  return { connect, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

const SCHEMAS = ['orders', 'stock'] as const

test('two services in one database each have a leading relay', async () => {
  await using schemas = await openSchemas()
  await using stack = new AsyncDisposableStack()
  const start = (schema: string) =>
    stack.use(
      startRelay({
        connect: () => schemas.connect(schema),
        written: createSignal(),
        ticked: createSignal(),
        publishers: [],
        report: () => {},
        clock: () => performance.now(),
        retryMs: 10,
      }),
    )
  const relays = SCHEMAS.map(start)
  await vi.waitFor(() => expect(relays.map(({ state }) => state)).toEqual(['leading', 'leading']), WITHIN)
  const second = start('orders')
  await vi.waitFor(() => expect(second.state).toBe('standby'), WITHIN)
})

test('locks of different purposes or schemas never collide, and each has one holder', async () => {
  await using schemas = await openSchemas()
  await using stack = new AsyncDisposableStack()
  const open = async (schema: string) => stack.adopt(await schemas.connect(schema), (client) => client.end())
  const take = async (client: Client, lock: (typeof locks)[number]) => {
    const { rows } = await client.query<{ held: boolean }>(
      `select pg_try_advisory_lock(${lockKey(lock)}) as held`,
    )
    return rows[0]?.held
  }
  // A session may take a lock that it has; so each lock is taken in one of its own.
  for (const schema of SCHEMAS)
    for (const lock of locks) expect(await take(await open(schema), lock), `${schema} ${lock}`).toBe(true)
  for (const schema of SCHEMAS)
    for (const lock of locks) expect(await take(await open(schema), lock), `${schema} ${lock}`).toBe(false)
})
