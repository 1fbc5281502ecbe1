import { expect, test } from 'vitest'
import { databases } from '../../contracts/topology.ts'
import { ownRedis } from '../change-log-owner/support/own-redis.ts'
import { startGateway } from './support/gateway.ts'

test('the cache reads each log over a connection of its own, so no log waits for another', async () => {
  await using redis = await ownRedis()
  await redis.process.start()
  await using _gateway = await startGateway({ CACHE: 'on', REDIS_URL: redis.url })
  const waiting = async () => {
    const clients = String(await redis.send('CLIENT', 'LIST')).split('\n')
    return clients.filter((line) => / flags=\S*b/.test(line) && / cmd=xread /.test(line)).length
  }
  // The list of revoked sessions has one more.
  await expect.poll(waiting).toBe(databases.length + 1)
})
