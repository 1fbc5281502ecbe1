import type { Client } from 'pg'
import { expect, test } from 'vitest'
import { preparedSql } from './connection.ts'

/** A client that fails if a query arrives while another one runs, as pg 9 will. */
function strictClient() {
  const seen = new Array<string>()
  let running = false
  const query = async ({ text }: { text: string }) => {
    if (running) throw new Error('already executing a query')
    running = true
    await Promise.resolve()
    running = false
    seen.push(text)
    if (text === 'fails') throw new Error('refused')
    return { rows: [text] }
  }
  return { seen, client: { query } as unknown as Client }
}

test('statements of several callers run one after the other', async () => {
  const { client, seen } = strictClient()
  const sql = preparedSql(client)
  const rows = await Promise.all(['a', 'b', 'c'].map((text) => sql(text)))
  expect([rows, seen]).toEqual([
    [['a'], ['b'], ['c']],
    ['a', 'b', 'c'],
  ])
})

test('a statement that fails does not stop the next one', async () => {
  const sql = preparedSql(strictClient().client)
  const failed = sql('fails')
  const next = sql('b')
  await expect(failed).rejects.toThrow('refused')
  expect(await next).toEqual(['b'])
})
