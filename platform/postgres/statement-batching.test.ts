import type { QueryResultRow } from 'pg'
import { describe, expect, test } from 'vitest'
import { createStatementBatching } from './statement-batching.ts'

const BY_ID = { name: 'by-id', text: 'select id, value from thing where id = any($1)' }

/** A database whose statements return when the test releases them. `value` is the number of writes seen. */
function createDatabase(column = 'id') {
  let writes = 0
  const statements: { keys: string[]; rest: unknown[]; finish: () => void; fail: (error: Error) => void }[] =
    []
  const batchStatement = createStatementBatching((_, [keys, ...rest]) => {
    const { promise, resolve, reject } = Promise.withResolvers<QueryResultRow[]>()
    const seen = writes
    const rows = (keys as string[]).toReversed().flatMap((key) => [
      { [column]: key, value: seen, place: 1 },
      { [column]: key, value: seen, place: 2 },
    ])
    statements.push({ keys: keys as string[], rest, finish: () => resolve(rows), fail: reject })
    return promise
  }, 'id')
  return { batchStatement, statements, write: () => writes++ }
}

/** Statements are sent at the end of a turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('queries with the same statement', () => {
  test('in one turn are sent as one statement, and each gets the rows of its own keys in order', async () => {
    const { batchStatement, statements } = createDatabase()
    const answers = [
      batchStatement(BY_ID, ['a', 'b'], []),
      batchStatement(BY_ID, ['b', 'c'], []),
      batchStatement(BY_ID, ['d'], []),
    ]
    await turn()
    expect(statements.map(({ keys }) => keys)).toEqual([['a', 'b', 'c', 'd']])
    statements[0]?.finish()
    const places = (await Promise.all(answers)).map((rows) => rows.map(({ id, place }) => `${id}${place}`))
    expect(places).toEqual([
      ['a1', 'a2', 'b1', 'b2'],
      ['b1', 'b2', 'c1', 'c2'],
      ['d1', 'd2'],
    ])
  })

  test('with different other values are not combined', async () => {
    const { batchStatement, statements } = createDatabase()
    void batchStatement(BY_ID, ['a'], ['alice'])
    void batchStatement(BY_ID, ['a'], ['bob'])
    void batchStatement({ ...BY_ID, name: 'another' }, ['a'], ['alice'])
    await turn()
    expect(statements.map(({ rest }) => rest)).toEqual([['alice'], ['bob'], ['alice']])
  })

  test('never join a statement that was already sent, because its snapshot is older', async () => {
    const { batchStatement, statements, write } = createDatabase()
    const before = batchStatement(BY_ID, ['a'], [])
    await turn()
    write()
    const after = batchStatement(BY_ID, ['a'], [])
    await turn()
    for (const { finish } of statements) finish()
    expect((await before)[0]?.['value']).toBe(0)
    expect((await after)[0]?.['value']).toBe(1)
  })

  test('wait while four statements are running, and are then sent together', async () => {
    const { batchStatement, statements } = createDatabase()
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
      void batchStatement(BY_ID, [key], [])
      await turn()
    }
    expect(statements.map(({ keys }) => keys)).toEqual([['a'], ['b'], ['c'], ['d']])
    statements[2]?.finish()
    await turn()
    await turn()
    expect(statements.slice(4).map(({ keys }) => keys)).toEqual([['e', 'f']])
  })

  test('have at most a hundred keys per statement, unless one query alone has more', async () => {
    const { batchStatement, statements } = createDatabase()
    const keys = (count: number, name: string) => Array.from({ length: count }, (_, i) => `${name}${i}`)
    void batchStatement(BY_ID, keys(60, 'a'), [])
    void batchStatement(BY_ID, keys(40, 'b'), [])
    void batchStatement(BY_ID, keys(1, 'c'), [])
    void batchStatement(BY_ID, keys(300, 'd'), [])
    await turn()
    for (let sent = 0; sent < statements.length; sent++) {
      statements[sent]?.finish()
      await turn()
      await turn()
    }
    expect(statements.map((statement) => statement.keys.length)).toEqual([100, 1, 300])
  })

  test('that do not fit into one statement are sent as up to four concurrent statements', async () => {
    const { batchStatement, statements } = createDatabase()
    for (let ask = 0; ask < 6; ask++) {
      void batchStatement(
        BY_ID,
        Array.from({ length: 80 }, (_, i) => `${ask}.${i}`),
        [],
      )
    }
    for (let i = 0; i < 6; i++) await turn()
    expect(statements).toHaveLength(4)
    statements[0]?.finish()
    for (let i = 0; i < 3; i++) await turn()
    expect(statements).toHaveLength(5)
  })
})

describe('a statement that fails', () => {
  test('fails for its own queries, not for later ones', async () => {
    const { batchStatement, statements } = createDatabase()
    const failing = [batchStatement(BY_ID, ['a'], []), batchStatement(BY_ID, ['b'], [])]
    await turn()
    statements[0]?.fail(new Error('connection lost'))
    for (const failed of failing) await expect(failed).rejects.toThrow('connection lost')
    const later = batchStatement(BY_ID, ['a'], [])
    await turn()
    statements[1]?.finish()
    expect(await later).toHaveLength(2)
  })

  test('includes one without the key column', async () => {
    const { batchStatement, statements } = createDatabase('uuid')
    const asked = batchStatement(BY_ID, ['a'], [])
    await turn()
    statements[0]?.finish()
    await expect(asked).rejects.toThrow('no column "id", only uuid, value, place')
  })
})
