import { expect, test } from 'vitest'
import { ownRedis } from '../change-log-owner/support/own-redis.ts'
import { startOwnSystem } from '../support/own-system.ts'
import { environmentOf, runLog } from './run-log.ts'

/** Less than what it complains about. Milliseconds. */
const LITTLE = expect.toSatisfy((ms: number) => ms < 15_000)

test('status compares the Redis streams with their logs and reports problems of Redis', async () => {
  await using redis = await ownRedis()
  await redis.process.start()
  await using system = await startOwnSystem({
    processes: ['users', 'posts', 'followers'],
    env: { REDIS_URL: redis.url },
  })
  const env = { ...environmentOf(system), REDIS_URL: redis.url }
  const users = async () => {
    const { code, out } = await runLog(['status', '--json'], env)
    return { code, ...JSON.parse(out.join('\n')).databases[0] }
  }
  await expect.poll(users).toMatchObject({
    code: 0,
    stream: { top: { epoch: expect.any(Number) }, lag: { ms: LITTLE }, fault: null },
    needs: [],
  })

  await system.kill('users')
  const { end } = (await users()).log
  await redis.send('XADD', 'log:users', `${end.epoch}-${end.offset + 5}`, 'r', '{}')
  expect(await users()).toMatchObject({
    code: 1,
    needs: [
      expect.stringMatching(
        new RegExp(
          `^Redis has offset ${end.offset + 5} of epoch ${end.epoch}, which the log does not have\\. .*epoch bump users`,
        ),
      ),
    ],
  })
  await redis.process.kill()
  const down = await users()
  expect([down.code, down.stream]).toEqual([1, { top: null, lag: null, fault: expect.any(String) }])
  expect(down.needs).toEqual([
    expect.stringMatching(/^Redis cannot be reached: .* Start it, or correct REDIS_URL\./),
  ])
})
