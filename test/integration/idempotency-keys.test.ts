import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { deleteExpiredKeys, KEY_RETENTION_MS } from '../../patterns/idempotency/delete-expired-keys.ts'
import { freshDatabase } from '../support/database.ts'

describe('idempotency keys', () => {
  it('are deleted after a day, for any number, and not before', async () => {
    await using database = await freshDatabase('posts')
    const client = new Client({ connectionString: database.url })
    await client.connect()
    const now = Date.now()
    await client.query(
      `insert into idempotency_key (viewer, key, input_hash, result_id, created_at)
       select 'ann', n::text, '', '', $1::timestamptz - n * interval '1 ms' from generate_series(0, 12000) n`,
      [new Date(now - KEY_RETENTION_MS + 1_000)],
    )
    await deleteExpiredKeys(async (text, ...values) => (await client.query(text, values)).rows, now)
    const { rows } = await client.query(
      'select count(*)::int as kept, max(key::int) as oldest from idempotency_key',
    )
    await client.end()
    expect(rows).toEqual([{ kept: 1_001, oldest: 1_000 }])
  })
})
