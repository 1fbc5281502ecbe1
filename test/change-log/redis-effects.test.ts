import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Effect } from '../../patterns/change-log/consumer/redis-effect.ts'
import { redisEffects } from '../../patterns/change-log/consumer/redis-effects.ts'
import type { SendCommand } from '../../patterns/change-log/transports/redis/command.ts'
import { dialRedis } from '../../platform/redis/client.ts'
import { ownRedis } from '../change-log-owner/support/own-redis.ts'

async function openBed(settings: Readonly<Record<string, string>> = {}) {
  await using stack = new AsyncDisposableStack()
  const redis = stack.use(await ownRedis(settings))
  await redis.process.start()
  const connect = async () => stack.use(await dialRedis(redis.url)).send
  const send = await connect()
  const opened = stack.move()
  const effects = redisEffects({ send, partition: 'p' })
  return {
    redis,
    send,
    effects,
    /** Another client. */
    connect: async () => opened.use(await dialRedis(redis.url)).send,
    read: (...args: [string, string, ...string[]]) => readKey(send, effects.keyOf(args[1]), args),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

function readKey(send: SendCommand, key: string, [command, , ...rest]: [string, string, ...string[]]) {
  return send([command, key, ...rest])
}

const ALL: readonly Effect[] = [
  { command: 'SET', key: 'text', value: 'a' },
  { command: 'HSET', key: 'hash', fields: { one: '1', two: '2' } },
  { command: 'HDEL', key: 'hash', fields: ['one'] },
  {
    command: 'ZADD',
    key: 'set',
    members: [
      { member: 'x', score: 1.5 },
      { member: 'y', score: 2 },
    ],
  },
  { command: 'ZREM', key: 'set', members: ['y'] },
  { command: 'SET', key: 'gone', value: 'b' },
  { command: 'DEL', key: 'gone' },
  { command: 'EXPIRE', key: 'text', seconds: 100 },
]

test('a batch is applied once, moves the cursor, and has all its keys in one hash slot', async () => {
  await using bed = await openBed()
  const { effects, send, read } = bed
  expect(await effects.cursor()).toBeNull()
  expect(await effects.apply({ from: null, to: '7-1', effects: ALL })).toEqual({ kind: 'applied' })
  expect(await effects.cursor()).toBe('7-1')
  expect(await read('GET', 'text')).toBe('a')
  expect(await read('TTL', 'text')).toBeGreaterThan(90)
  expect(await read('HGETALL', 'hash')).toEqual(['two', '2'])
  expect(await read('ZRANGE', 'set', '0', '-1', 'WITHSCORES')).toEqual(['x', '1.5'])
  expect(await read('EXISTS', 'gone')).toBe(0)
  const keys = (await send(['KEYS', '*'])) as string[]
  expect(keys.toSorted()).toEqual(['cursor:{p}', '{p}:hash', '{p}:set', '{p}:text'])
  // The reply may have been lost: the same batch again.
  await send(['SET', effects.keyOf('text'), 'changed since'])
  expect(await effects.apply({ from: null, to: '7-1', effects: ALL })).toEqual({ kind: 'repeated' })
  expect(await read('GET', 'text')).toBe('changed since')
  expect(await effects.apply({ from: '7-1', to: '7-2', effects: [] })).toEqual({ kind: 'applied' })
})

test('if two writers have a batch for the same cursor, only the first is applied', async () => {
  await using bed = await openBed()
  const set = (value: string): Effect[] => [{ command: 'SET', key: 'text', value }]
  const writers = await Promise.all(
    Array.from({ length: 8 }, async (_, i) => ({
      to: `1-${i}`,
      effects: redisEffects({ send: await bed.connect(), partition: 'p' }),
    })),
  )
  const ends = await Promise.all(
    writers.map(({ to, effects }) => effects.apply({ from: null, to, effects: set(to) })),
  )
  const cursor = await bed.effects.cursor()
  expect(await bed.read('GET', 'text')).toBe(cursor)
  expect(ends.filter(({ kind }) => kind === 'applied')).toHaveLength(1)
  expect(ends.filter(({ kind }) => kind === 'fenced')).toEqual(
    Array.from({ length: 7 }, () => ({ kind: 'fenced', cursor })),
  )
  await bed.send(['FLUSHALL'])
  expect(await bed.effects.apply({ from: cursor, to: 'later', effects: set('late') })).toEqual({
    kind: 'fenced',
    cursor: null,
  })
  expect(await bed.read('EXISTS', 'text')).toBe(0)
})

test('a script checks the types of all keys first, because Redis does not roll back', async () => {
  await using bed = await openBed()
  const { effects, send } = bed
  await send(['SET', effects.keyOf('list'), 'no sorted set'])
  const plain = "redis.call('SET', KEYS[1], 'kept') redis.call('ZADD', KEYS[2], 1, 'x')"
  await expect(send(['EVAL', plain, '2', 'naive', effects.keyOf('list')])).rejects.toThrow('WRONGTYPE')
  expect(await send(['GET', 'naive'])).toBe('kept')

  const before: Effect = { command: 'SET', key: 'before', value: 'a' }
  const add: Effect = { command: 'ZADD', key: 'list', members: [{ member: 'x', score: 1 }] }
  expect(await effects.apply({ from: null, to: '1', effects: [before, add] })).toEqual({
    kind: 'wrong type',
    key: '{p}:list',
    expected: 'zset',
    found: 'string',
  })
  expect([await effects.cursor(), await bed.read('EXISTS', 'before')]).toEqual([null, 0])
  // By then it is what the batch makes of it.
  const wrongLater: Effect = { command: 'HSET', key: 'before', fields: { a: '1' } }
  expect(await effects.apply({ from: null, to: '1', effects: [before, wrongLater] })).toMatchObject({
    kind: 'wrong type',
    found: 'string',
  })
  const remove: Effect = { command: 'DEL', key: 'list' }
  expect(await effects.apply({ from: null, to: '1', effects: [before, remove, add] })).toEqual({
    kind: 'applied',
  })
  expect(await bed.read('ZRANGE', 'list', '0', '-1')).toEqual(['x'])
})

test('if Redis is out of memory, a batch is rejected or applied completely', async () => {
  await using bed = await openBed({ 'maxmemory-policy': 'noeviction' })
  const { effects, send } = bed
  await effects.apply({ from: null, to: '1', effects: [{ command: 'SET', key: 'text', value: 'a' }] })
  await send(['CONFIG', 'SET', 'maxmemory', '1'])
  const more: Effect[] = [
    { command: 'SET', key: 'text', value: 'b' },
    { command: 'SET', key: 'more', value: 'c' },
  ]
  await expect(effects.apply({ from: '1', to: '2', effects: more })).rejects.toThrow('OOM')
  expect([await effects.cursor(), await bed.read('GET', 'text')]).toEqual(['1', 'a'])
  // What begins by deleting may be what makes room.
  const freeing: Effect[] = [{ command: 'DEL', key: 'text' }, ...more]
  expect(await effects.apply({ from: '1', to: '2', effects: freeing })).toEqual({ kind: 'applied' })
  expect([await effects.cursor(), await bed.read('GET', 'more')]).toEqual(['2', 'c'])
})

test('a Redis that is killed during batches has each of them completely or not at all', async () => {
  await using bed = await openBed({ appendonly: 'yes', appendfsync: 'always' })
  const names = Array.from({ length: 300 }, (_, i) => `k${i}`)
  const effectsOf = (n: number): Effect[] => names.map((key) => ({ command: 'SET', key, value: String(n) }))
  let acknowledged = 0
  const enough = Promise.withResolvers<void>()
  const writing = (async () => {
    for (let n = 1; ; n++) {
      const from = n === 1 ? null : String(n - 1)
      await bed.effects.apply({ from, to: String(n), effects: effectsOf(n) })
      acknowledged = n
      if (n === 20) enough.resolve()
    }
  })().catch((error: unknown) => error)
  await enough.promise
  await bed.redis.process.kill()
  expect(await writing).toBeInstanceOf(Error)
  await bed.redis.process.start()

  // It knows no script any more, and the first connection is gone.
  const send = await bed.connect()
  const effects = redisEffects({ send, partition: 'p' })
  const cursor = Number(await effects.cursor())
  expect(cursor).toBeGreaterThanOrEqual(acknowledged)
  const values = async () => new Set((await send(['MGET', ...names.map(effects.keyOf)])) as string[])
  expect(await values()).toEqual(new Set([String(cursor)]))
  const next = { from: String(cursor), to: String(cursor + 1), effects: effectsOf(cursor + 1) }
  expect(await effects.apply(next)).toEqual({ kind: 'applied' })
  expect(await values()).toEqual(new Set([String(cursor + 1)]))
})

test('an unknown script is sent in full, and other errors are not retried', async () => {
  await using bed = await openBed()
  const sent: string[] = []
  const watched: SendCommand = (args) => {
    sent.push(args[0] ?? '')
    return bed.send(args)
  }
  const effects = redisEffects({ send: watched, partition: 'p' })
  await effects.apply({ from: null, to: '1', effects: [] })
  await effects.apply({ from: '1', to: '2', effects: [] })
  await bed.send(['SCRIPT', 'FLUSH'])
  await effects.apply({ from: '2', to: '3', effects: [] })
  expect(sent).toEqual(['EVALSHA', 'EVAL', 'EVALSHA', 'EVALSHA', 'EVAL'])
  await bed.send(['DEL', 'cursor:{p}'])
  await bed.send(['HSET', 'cursor:{p}', 'a', '1'])
  await expect(effects.apply({ from: '3', to: '4', effects: [] })).rejects.toThrow('WRONGTYPE')
  expect(sent).toHaveLength(6)
})

const effect: fc.Arbitrary<Effect> = fc.oneof(
  fc.record({ command: fc.constant('SET' as const), key: fc.constantFrom('a', 'b'), value: fc.string() }),
  fc.record({ command: fc.constant('DEL' as const), key: fc.constantFrom('a', 'b', 'h', 'z') }),
  fc.record({
    command: fc.constant('HSET' as const),
    key: fc.constant('h'),
    fields: fc.record({ x: fc.string(), y: fc.string() }),
  }),
  fc.record({ command: fc.constant('HDEL' as const), key: fc.constant('h'), fields: fc.constant(['x']) }),
  fc.record({
    command: fc.constant('ZADD' as const),
    key: fc.constant('z'),
    members: fc.array(
      fc.record({
        member: fc.constantFrom('m', 'n'),
        score: fc.double({ noNaN: true, noDefaultInfinity: true }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  fc.record({ command: fc.constant('ZREM' as const), key: fc.constant('z'), members: fc.constant(['m']) }),
)

test('every batch is idempotent, even if the cursor was not moved', async () => {
  await using bed = await openBed()
  const { effects, send } = bed
  const state = async () => ({
    texts: await send(['MGET', effects.keyOf('a'), effects.keyOf('b')]),
    hash: await bed.read('HMGET', 'h', 'x', 'y'),
    set: await bed.read('ZRANGE', 'z', '0', '-1', 'WITHSCORES'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(effect, { maxLength: 20 }), async (batch) => {
      await send(['DEL', 'cursor:{p}'])
      expect(await effects.apply({ from: null, to: '1', effects: batch })).toEqual({ kind: 'applied' })
      const once = await state()
      await send(['DEL', 'cursor:{p}'])
      await effects.apply({ from: null, to: '1', effects: batch })
      expect(await state()).toEqual(once)
    }),
    { numRuns: 200 },
  )
})

test.each<[Effect[], string]>([
  [
    [{ command: 'ZADD', key: 'z', members: [{ member: 'a', score: Number.NaN }] }],
    'expected finite scores, got NaN',
  ],
  [[{ command: 'ZADD', key: 'z', members: [] }], 'expected one argument at least'],
  [[{ command: 'ZREM', key: 'z', members: [] }], 'expected one argument at least'],
  [[{ command: 'HSET', key: 'h', fields: {} }], 'expected one argument at least'],
  [[{ command: 'EXPIRE', key: 'z', seconds: 0.5 }], 'EXPIRE z: expected whole seconds'],
  [
    [{ command: 'ZREM', key: 'z', members: Array.from({ length: 4_001 }, () => 'a') }],
    'at most 4000 arguments, got 4001',
  ],
  [
    Array.from({ length: 1_001 }, (): Effect => ({ command: 'DEL', key: 'a' })),
    'at most 1000 effects, not 1001',
  ],
  [
    Array.from({ length: 100 }, (_, i): Effect => {
      return { command: 'ZREM', key: `z${i}`, members: Array.from({ length: 4_000 }, () => 'a') }
    }),
    'at most 20000 arguments, not 400300',
  ],
])(
  'effects that Redis would reject halfway, or that are too large for one script, are not sent: %#',
  async (batch, reason) => {
    const send: SendCommand = () => Promise.reject(new Error('sent'))
    const effects = redisEffects({ send, partition: 'p' })
    await expect(effects.apply({ from: null, to: '1', effects: batch })).rejects.toThrow(reason)
  },
)

test('a batch of the maximum length is applied', async () => {
  await using bed = await openBed()
  const members = Array.from({ length: 2_000 }, (_, i) => ({ member: `m${i}`, score: i }))
  const batch = Array.from({ length: 1_000 }, (_, i): Effect => ({
    command: 'ZADD',
    key: `z${i}`,
    members: members.slice(0, i === 0 ? 2_000 : 2),
  }))
  expect(await bed.effects.apply({ from: null, to: '1', effects: batch })).toEqual({ kind: 'applied' })
  expect(await bed.read('ZCARD', 'z0')).toBe(2_000)
})

test('names that would break the hash tag and invalid cursors are rejected', async () => {
  const send: SendCommand = () => Promise.reject(new Error('sent'))
  expect(() => redisEffects({ send, partition: 'a}b' })).toThrow('must not contain braces')
  const effects = redisEffects({ send, partition: 'p' })
  await expect(effects.apply({ from: '1', to: '1', effects: [] })).rejects.toThrow(RangeError)
  await expect(effects.apply({ from: '', to: '1', effects: [] })).rejects.toThrow(RangeError)
})
