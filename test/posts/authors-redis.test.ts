import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { ownRedis } from '../change-log-owner/support/own-redis.ts'
import { startOwnSystem } from '../support/own-system.ts'
import { LINE, person, type Line } from './person.ts'

it('authors are read from Redis, and by HTTP if Redis lacks records', async () => {
  await using redis = await ownRedis()
  await redis.process.start()
  await using system = await startOwnSystem({
    processes: ['users', 'posts', 'gateway'],
    env: { REDIS_URL: redis.url },
  })
  const healed = async () => {
    const text = await (await fetch(new URL('metrics', system.subgraphUrls.posts))).text()
    return Number(/tessera_consumer_healed_records\{[^}]*\} (\d+)/.exec(text)?.[1])
  }
  const writer = await person('writer', system.gatewayUrl)
  await writer.catchUp()
  const id = await writer.post('Hello')
  const renamed = async () => {
    await writer.rename(`renamed_${randomBytes(4).toString('hex')}`)
    await writer.catchUp()
    return (await writer.ask<Line>(LINE, { id })).data?.post.author?.handle
  }
  // The first pages may come by HTTP: Redis begins where users' relay found it empty.
  const before = await healed()
  for (let i = 0; i < 5; i++) expect(await renamed()).toBe(writer.handle)
  // Each brought two records at least; without Redis, all of them come by HTTP.
  expect((await healed()) - before).toBeLessThan(10)
  await redis.process.kill()
  for (let i = 0; i < 5; i++) expect(await renamed()).toBe(writer.handle)
  expect(await healed()).toBeGreaterThan(before)
})
