import { expect, test } from 'vitest'
import { requestsOf } from '../../cli/schema-usage/export-usage.ts'
import { ask, isHit } from '../cache-aside/support/ask.ts'
import { startGateway } from '../cache-aside/support/gateway.ts'
import { somePeople } from '../cache-aside/support/people.ts'
import { ownRedis } from '../change-log-owner/support/own-redis.ts'
import { usageIn } from './support/usage.ts'

const PROFILE = 'query Cached($handle: String!) { user(handle: $handle) { name bio } }'

test('a request that the cache answers is counted', async () => {
  await using redis = await ownRedis()
  await redis.process.start()
  let requests = 0
  {
    await using gateway = await startGateway({ CACHE: 'memory', REDIS_URL: redis.url, LOG_TRANSPORT: 'feed' })

    const { people } = await somePeople(1, `${gateway.url}/graphql`)
    const variables = { handle: people[0]?.handle ?? '' }
    // The first requests may be earlier than the event of the new user.
    await expect
      .poll(async () => {
        requests++
        return isHit((await ask(gateway, { query: PROFILE, variables })).cache)
      })
      .toBe(true)
  }
  const usage = await usageIn(redis)
  const cached = usage?.operations.find(({ name }) => name === 'Cached')
  expect(cached && requestsOf(cached)).toBe(requests)
})
