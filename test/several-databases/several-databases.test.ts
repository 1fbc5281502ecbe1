import { expect, test, vi } from 'vitest'
import { ownRedis } from '../change-log-owner/support/own-redis.ts'
import { WITHIN } from '../support/timeout.ts'
import { DATABASES, startPairService } from './pair-service.ts'

const XID: unknown = expect.stringMatching(/^\d+$/)
const WRITE_BOTH = (text: string) => `mutation { write(text: "${text}", databases: ["pair/0", "pair/1"]) }`

test('the response to a mutation names each database it wrote, with its epoch and xid', async () => {
  await using service = await startPairService()
  await leading(service)
  const { data, extensions } = await service.ask(WRITE_BOTH('hello'))
  expect(data).toEqual({ write: true })
  expect(extensions?.consistency).toEqual(DATABASES.map((name) => [name, expect.any(Number), [XID], XID]))
  const one = await service.ask('mutation { write(text: "alone", databases: ["pair/1"]) }')
  expect(one.extensions?.consistency).toEqual([['pair/1', expect.any(Number), [XID], XID]])
  expect((await service.ask('{ notes(database: "pair/0") }')).data).toEqual({ notes: ['hello'] })
  expect((await service.ask('{ notes(database: "pair/1") }')).data).toEqual({ notes: ['alone', 'hello'] })
})

test('each log is ticked, served, exported and followed separately', async () => {
  await using redis = await ownRedis()
  await redis.process.start()
  await using service = await startPairService({ REDIS_URL: redis.url })
  await leading(service)
  await service.ask('mutation { write(text: "before", databases: ["pair/1"]) }')
  const consumers = DATABASES.map((name) => service.consume(name))
  await vi.waitFor(() => expect(consumers.map(({ loaded }) => loaded)).toEqual([true, true]), WITHIN)
  await service.ask('mutation { write(text: "first", databases: ["pair/0"]) }')
  await service.ask('mutation { write(text: "second", databases: ["pair/1"]) }')
  const texts = () => consumers.map((consumer) => consumer.texts)
  await vi.waitFor(() => expect(texts()).toEqual([['first'], ['before', 'second']]), WITHIN)
  for (const [i, text] of ['first', 'second'].entries()) {
    await vi.waitFor(async () => {
      const stream = JSON.stringify(await redis.send('XRANGE', `log:pair/${i}`, '-', '+'))
      expect(stream).toContain(text)
      expect(stream).not.toContain(i === 0 ? 'second' : 'first')
    }, WITHIN)
  }
})

test('with LOG_TRANSPORT=feed, nothing is written to Redis, and readers use HTTP', async () => {
  await using redis = await ownRedis()
  await redis.process.start()
  await using service = await startPairService({ REDIS_URL: redis.url, LOG_TRANSPORT: 'feed' })
  await leading(service)
  const consumer = service.consume('pair/0')
  await service.ask('mutation { write(text: "by feed", databases: ["pair/0"]) }')
  await vi.waitFor(() => expect(consumer.texts).toContain('by feed'), WITHIN)
  expect(await redis.send('KEYS', 'log:*')).toEqual([])
  expect((await service.readyz()).body.reported).not.toHaveProperty('redis')
})

test('consumers report to the log of one database, and the metrics are by database', async () => {
  await using service = await startPairService()
  await leading(service)
  const report = { consumer: 'copies', epoch: 1, offset: 1 }
  expect(await service.post(service.urls('pair/1').consumers, report)).toBe('{"kept":false}')
  const metrics = await service.metrics()
  expect(metrics).toContain('tessera_log_consumer_expired{database="pair/1",consumer="copies"} 1')
  expect(metrics).not.toContain('tessera_log_consumer_expired{database="pair/0"')
  expect(metrics).toMatch(/tessera_log_end_offset\{database="pair\/0"\} \d+/)
})

test('a request for a log must name a database of the service', async () => {
  await using service = await startPairService()
  const unnamed = service.get(`${service.url}/log?epoch=1&after=0`)
  await expect(unnamed).rejects.toThrow(
    'responded with 400: {"message":"This service has several databases. Add ?database=…',
  )
  const other = service.get(`${service.urls('pair/2').feed}&epoch=1&after=0`)
  await expect(other).rejects.toThrow('This service has no database \\"pair/2\\", only pair/0, pair/1.')
  await expect(service.get(service.urls('users').exported('notes'))).rejects.toThrow('responded with 400')
})

test('while one database is down, the other and its log work, and /readyz names the one that is down', async () => {
  await using service = await startPairService()
  await leading(service)
  const consumer = service.consume('pair/1')
  await service.setReachable('pair/0', false)
  await vi.waitFor(async () => {
    const { reported } = (await service.readyz()).body
    expect(reported['log pair/0']).toMatch(/^down: .*not currently accepting connections/)
    expect(reported['database pair/0']).not.toBe('ready')
  }, WITHIN)
  const { status, body } = await service.readyz()
  expect(status).toBe(200)
  expect(body.reported).toMatchObject({ 'database pair/1': 'ready', 'log pair/1': 'leading' })
  await service.ask('mutation { write(text: "through", databases: ["pair/1"]) }')
  await vi.waitFor(() => expect(consumer.texts).toContain('through'), WITHIN)

  await service.setReachable('pair/1', false)
  await vi.waitFor(async () => {
    expect(await service.readyz()).toMatchObject({
      status: 503,
      body: { dependencies: { databases: 'none of them responds' } },
    })
  }, WITHIN)
  for (const name of DATABASES) await service.setReachable(name, true)
  await leading(service)
  const both = await service.ask(WRITE_BOTH('again'))
  expect(both.extensions?.consistency).toHaveLength(2)
})

/** Resolves when both logs are led. */
async function leading(service: Awaited<ReturnType<typeof startPairService>>): Promise<void> {
  await vi.waitFor(async () => {
    const { reported } = (await service.readyz()).body
    expect(DATABASES.map((name) => reported[`log ${name}`])).toEqual(['leading', 'leading'])
  }, WITHIN)
}
