import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createCancellation } from '../../platform/cancellation.ts'
import {
  createHttp1Transport,
  type Http1Options,
} from '../../gateway/subgraph-client/http1/http1-transport.ts'
import { respond, startRawServer, type RawConnection } from './support/raw-server.ts'
import { mutation, pipelined, query } from './support/transports.ts'

/** A clock that stands still, so that no request is slow. For tests that are not about slow requests. */
const FROZEN: Partial<Http1Options> = { clock: () => 0 }
/** When a request that was sent at 0 is slow. Milliseconds. */
const SLOW_MS = 26
const create = (options: Partial<Http1Options> = {}) =>
  createHttp1Transport({ maxResponseBytes: 1_000, ...options })

/** A response with the body of the request. */
const echo = (request: string) => respond(request.split('\r\n\r\n')[1] ?? '')

async function serveAll(connection: RawConnection): Promise<void> {
  for (;;) await connection.write(echo(await connection.request()))
}

const text = (body: string) => expect.objectContaining({ text: body }) as unknown

test('queries of one turn are sent in one write on one connection, and each gets its own response', async () => {
  const chunks: string[] = []
  await using server = await startRawServer(async (connection) => {
    connection.socket.on('data', (chunk: string) => chunks.push(chunk))
    await serveAll(connection)
  })
  await using transport = create(FROZEN)
  await transport.send(pipelined(server.url, { body: 'first' }))
  const bodies = ['a', 'b', 'c', 'd']
  // Each request is sent by its own event, like the fetches of different clients.
  const asked = bodies.map((body) => setImmediate(pipelined(server.url, { body })).then(transport.send))
  const answers = await Promise.all(asked)
  expect(answers).toEqual(bodies.map(text))
  expect(server.connections).toHaveLength(1)
  expect(chunks).toHaveLength(2)
})

test('several responses in one chunk are matched to their requests', async () => {
  await using server = await startRawServer(async (connection) => {
    const requests = [await connection.request(), await connection.request(), await connection.request()]
    await connection.write(requests.map(echo).join(''))
  })
  await using transport = create({ unshared: 1, ...FROZEN })
  const bodies = ['a', 'b', 'c']
  const answers = await Promise.all(bodies.map((body) => transport.send(pipelined(server.url, { body }))))
  expect(answers).toEqual(bodies.map(text))
})

test('at most `depth` queries are sent on a connection, and the rest wait until they time out', async () => {
  const seen: string[] = []
  let now = 0
  await using server = await startRawServer(async (connection) => {
    for (;;) seen.push((await connection.request()).split('\r\n\r\n')[1] ?? '')
  })
  await using transport = create({ unshared: 1, connections: 1, depth: 2, waiting: 1, clock: () => now })
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((body) =>
    transport.send(pipelined(server.url, { body, timeoutMs: 100 })),
  )
  await expect(d).rejects.toMatchObject({ kind: 'overloaded' })
  await expect.poll(() => seen).toEqual(['a', 'b'])
  now = 100
  for (const asked of [a, b, c]) await expect(asked).rejects.toMatchObject({ kind: 'timeout' })
  expect(seen).toEqual(['a', 'b'])
})

test('a mutation is alone on its connection', async () => {
  const seen: string[][] = []
  const { promise: mayRespond, resolve: respondNow } = Promise.withResolvers<void>()
  await using server = await startRawServer(async (connection, n) => {
    const mine = (seen[n] = [] as string[])
    for (;;) {
      const request = await connection.request()
      mine.push(request.split('\r\n\r\n')[1] ?? '')
      await mayRespond
      await connection.write(echo(request))
    }
  })
  await using transport = create({ unshared: 1, ...FROZEN })
  const bodies = ['q1', 'm1', 'q2', 'm2']
  const asked = bodies.map((body) =>
    transport.send(body.startsWith('m') ? mutation(server.url, { body }) : pipelined(server.url, { body })),
  )
  await expect.poll(() => seen.flat().length).toBe(3)
  respondNow()
  expect(await Promise.all(asked)).toEqual(bodies.map(text))
  expect(seen).toEqual([['q1', 'q2'], ['m1'], ['m2']])
})

test('queries are pipelined only if the target allows it', async () => {
  const { promise: mayRespond, resolve: respondNow } = Promise.withResolvers<void>()
  await using server = await startRawServer(async (connection) => {
    const request = await connection.request()
    await mayRespond
    await connection.write(echo(request))
  })
  await using transport = create({ unshared: 1, ...FROZEN })
  const calls = [
    query(server.url),
    query(server.url),
    pipelined(server.url),
    mutation(server.url, { pipelined: true }),
  ]
  const asked = calls.map((call) => transport.send(call))
  await expect.poll(() => server.connections.length).toBe(4)
  respondNow()
  await Promise.all(asked)
  expect(server.connections).toHaveLength(4)
})

test('later queries do not overtake a mutation that waits for a connection', async () => {
  const seen: string[] = []
  const { promise: mayRespond, resolve: respondNow } = Promise.withResolvers<void>()
  await using server = await startRawServer(async (connection) => {
    for (;;) {
      const request = await connection.request()
      seen.push(request.split('\r\n\r\n')[1] ?? '')
      await mayRespond
      await connection.write(echo(request))
    }
  })
  await using transport = create({ connections: 1, ...FROZEN })
  const bodies = ['q1', 'm', 'q2']
  const asked = bodies.map((body) =>
    transport.send(body === 'm' ? mutation(server.url, { body }) : pipelined(server.url, { body })),
  )
  await expect.poll(() => seen.length).toBe(1)
  respondNow()
  expect(await Promise.all(asked)).toEqual(bodies.map(text))
  expect(seen).toEqual(bodies)
})

describe('a slow query', () => {
  test('does not delay those behind it: they are repeated on another connection, and their first responses are ignored', async () => {
    const { promise: mayRespond, resolve: respondNow } = Promise.withResolvers<void>()
    let now = 0
    await using server = await startRawServer(async (connection, n) => {
      if (n > 0) return serveAll(connection)
      const requests = [await connection.request(), await connection.request(), await connection.request()]
      now = SLOW_MS
      await mayRespond
      await connection.write(...requests.map(echo))
      await serveAll(connection)
    })
    await using transport = create({ unshared: 1, clock: () => now })
    const [slow, b, c] = ['slow', 'b', 'c'].map((body) => transport.send(pipelined(server.url, { body })))
    expect(await Promise.all([b, c])).toEqual([text('b'), text('c')])
    respondNow()
    expect(await slow).toEqual(text('slow'))
    const later = ['d', 'e', 'f', 'g'].map((body) => transport.send(pipelined(server.url, { body })))
    expect(await Promise.all(later)).toEqual(['d', 'e', 'f', 'g'].map(text))
  })

  test('causes a limited number of repeats, so that an overloaded subgraph does not get twice the load', async () => {
    let asked = 0
    let now = 0
    let looks = 0
    const clock = () => {
      looks++
      return now
    }
    await using server = await startRawServer(async (connection) => {
      for (;;) {
        await connection.request()
        asked++
      }
    })
    await using transport = create({ unshared: 20, depth: 5, connections: 200, clock })
    const queries = Array.from({ length: 100 }, () =>
      transport.send(pipelined(server.url, { timeoutMs: 500 })),
    )
    await expect.poll(() => asked).toBe(100)
    now = SLOW_MS
    await expect.poll(() => asked).toBeGreaterThan(100)
    // It is checked again and again whether queries have to move.
    const enough = looks + 100
    await expect.poll(() => looks).toBeGreaterThan(enough)
    now = 500
    await Promise.allSettled(queries)
    // 20 moves were saved up. Sending 20 requests again adds a tenth of them, which is 2 more moves.
    expect(asked).toBeLessThanOrEqual(122)
  })
})

test('that is cancelled does not affect the others', async () => {
  const cancellation = createCancellation()
  const { promise: mayRespond, resolve: respondNow } = Promise.withResolvers<void>()
  await using server = await startRawServer(async (connection) => {
    const requests = [await connection.request(), await connection.request(), await connection.request()]
    await mayRespond
    await connection.write(...requests.map(echo))
  })
  await using transport = create({ unshared: 1, ...FROZEN })
  const [a, b, c] = [{ body: 'a' }, { body: 'b', cancellation }, { body: 'c' }].map((more) =>
    transport.send(pipelined(server.url, more)),
  )
  await expect.poll(() => server.connections.length).toBe(1)
  cancellation.cancel()
  await expect(b).rejects.toMatchObject({ kind: 'cancelled' })
  respondNow()
  expect(await Promise.all([a, c])).toEqual([text('a'), text('c')])
})

describe('an idle connection', () => {
  test.each([
    ['is used for 4 s', [], 3_900, 1],
    ['and no longer', [], 4_100, 2],
    ['or, as the server says, longer, with a second to spare', ['keep-alive: timeout=30'], 28_900, 1],
    ['but not at its end', ['keep-alive: max=5, timeout=30'], 29_100, 2],
    ['or not at all, where there is no second to spare', ['keep-alive: timeout=1'], 1, 2],
  ])('%s', async (_what, fields, passed, connections) => {
    let now = 0
    await using server = await startRawServer(async (connection) => {
      for (;;) {
        await connection.request()
        await connection.write(respond('{}', ...fields))
      }
    })
    await using transport = create({ clock: () => now })
    await transport.send(mutation(server.url))
    now += passed
    await transport.send(mutation(server.url))
    expect(server.connections).toHaveLength(connections)
  })

  test('is closed by the client after its idle timeout', async () => {
    let now = 0
    await using server = await startRawServer(serveAll)
    await using transport = create({ clock: () => now })
    await transport.send(pipelined(server.url))
    now = 4_100
    await expect.poll(() => server.open()).toBe(0)
    expect(server.connections).toHaveLength(1)
  })
})
