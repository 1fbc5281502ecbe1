import { expect, inject, test } from 'vitest'
import { createLog } from '../../platform/log.ts'
import { openDatabase } from '../../platform/postgres/database.ts'
import { openProxy, through } from '../chaos/system/proxy.ts'

test('silently dead connections delay a pool by a few seconds only', async () => {
  const url = inject('system').databaseUrls.posts
  await using proxy = await openProxy(Number(new URL(url).port))
  await using database = openDatabase(through(url, proxy), 2, createLog('test', { LOG_LEVEL: 'silent' }))
  await Promise.all([database.ping(), database.ping()])
  const client = await database.pool.connect()
  client.on('error', () => {})
  proxy.forget()
  // One is idle, the other in the middle of a transaction.
  const inTransaction = client.query('begin').catch((error: unknown) => client.release(error as Error))
  await expect(database.ping()).rejects.toThrow('has not responded for 10 s')
  await inTransaction
  await database.ping()
})
