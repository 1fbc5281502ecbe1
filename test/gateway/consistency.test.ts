import type { FastifyReply } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CONSISTENCY_HEADER, type TokenEntry } from '../../contracts/consistency.ts'
import { ask, serve } from './support/gateways.ts'
import { products, reviews } from './support/shop.ts'
import { startSubgraph } from './support/subgraph.ts'
import { inside, signed, startWriters, reportWrites, type Writers } from './support/writers.ts'

let graph: Writers
beforeAll(async () => {
  graph = await startWriters()
})
afterAll(() => graph[Symbol.asyncDispose]())
beforeEach(() => graph.reset())

const RENAME = 'mutation { rename(handle: "a") { handle } }'
const QUERY = '{ user(id: "u1") { seen postsSeen } }'

const to = (query: string, headers: Record<string, string> = {}) => ask(graph.gateway.url, query, { headers })
const withHeader = (...tokens: string[]) => ({ [CONSISTENCY_HEADER]: tokens.join(', ') })

/** The tokens that the query's fetches carried to the two subgraphs. */
async function seenWith(headers: Record<string, string>): Promise<unknown[]> {
  const { body } = await to(QUERY, headers)
  const user = body.data?.['user'] as { seen: string | null; postsSeen: string | null } | undefined
  return [user?.seen, user?.postsSeen].map((text) => text && JSON.parse(text))
}

const twice = (...entries: TokenEntry[]) => [entries, entries]

describe('writes are returned to the client', () => {
  test('as the same text in a header and in extensions', async () => {
    graph.users.extensions = reportWrites(['users', 4, ['12']])
    const { headers, body } = await to(RENAME)
    const token = headers.get(CONSISTENCY_HEADER)
    expect(inside(token)).toEqual([['users', 4, ['12']]])
    expect(body).toEqual({ data: { rename: { handle: 'a' } }, extensions: { consistency: token } })
    expect(await seenWith(withHeader(token ?? ''))).toEqual(twice(['users', 4, ['12']]))
  })

  test('only if something was written, whatever the client sent', async () => {
    for (const sent of [{}, withHeader(signed([['users', 4, ['12']]])), withHeader('')]) {
      const { headers, body } = await to('{ user(id: "u1") { handle } }', sent)
      expect(headers.get(CONSISTENCY_HEADER)).toBeNull()
      expect(body).toEqual({ data: { user: { handle: null } } })
    }
  })

  test('with new xids in place of the older ones of the same database and epoch, and all others kept', async () => {
    const answers: [before: TokenEntry[], TokenEntry, after: TokenEntry[]][] = [
      [[['users', 4, ['5', '6']]], ['users', 4, ['12']], [['users', 4, ['12']]]],
      [
        [['posts', 4, ['5']]],
        ['users', 4, ['12']],
        [
          ['posts', 4, ['5']],
          ['users', 4, ['12']],
        ],
      ],
      [[['users', 3, ['50']]], ['users', 4, ['12']], [['users', 4, ['12']]]],
      [[['users', 5, ['5']]], ['users', 4, ['12']], [['users', 5, ['5']]]],
      [[['users', 4, null]], ['users', 4, ['12']], [['users', 4, ['12']]]],
      [[['users', 4, ['5']]], ['users', 4, null], [['users', 4, null]]],
    ]
    for (const [before, entry, after] of answers) {
      graph.users.extensions = reportWrites(entry)
      const { headers } = await to(RENAME, withHeader(signed(before)))
      expect(inside(headers.get(CONSISTENCY_HEADER))).toEqual(after)
    }
  })

  test('and sent with later fetches of the same mutation', async () => {
    graph.users.extensions = reportWrites(['users', 4, ['12']], ['users', 4, ['13']])
    graph.posts.extensions = reportWrites(['posts', 7, ['30']])
    const { headers } = await to(
      'mutation { a: rename(handle: "a") { postsSeen } write(text: "t") { id } b: rename(handle: "b") { seen } }',
      withHeader(signed([['users', 4, ['5']]])),
    )
    const carried = [...graph.users.requests, ...graph.posts.requests].map(
      (request) => JSON.parse(String(request.headers[CONSISTENCY_HEADER])) as unknown,
    )
    expect(carried).toEqual([
      [['users', 4, ['5']]],
      [
        ['users', 4, ['12']],
        ['posts', 7, ['30']],
      ],
      // The fetches below the first and the second field.
      [['users', 4, ['12']]],
      [['users', 4, ['12']]],
    ])
    expect(inside(headers.get(CONSISTENCY_HEADER))).toEqual([
      ['users', 4, ['12', '13']],
      ['posts', 7, ['30']],
    ])
  })

  test('even if the response of the mutation is an error', async () => {
    graph.users.extensions = reportWrites(['users', 4, ['12']])
    const { headers, body } = await to('mutation { fail }')
    expect(body.errors?.[0]?.extensions['code']).toBe('INTERNAL_SERVER_ERROR')
    expect(inside(headers.get(CONSISTENCY_HEADER))).toEqual([['users', 4, ['12']]])
  })

  test('even if a later part of the mutation fails', async () => {
    for (const misbehave of [(reply: FastifyReply) => reply.raw.destroy(), () => 'no JSON']) {
      graph.reset()
      graph.users.extensions = reportWrites(['users', 4, ['12']])
      graph.posts.misbehave = misbehave
      const { headers, body } = await to('mutation { rename(handle: "a") { id } write(text: "t") { id } }')
      expect(body.errors?.[0]?.extensions['code']).toBe('SUBGRAPH_UNAVAILABLE')
      expect(inside(headers.get(CONSISTENCY_HEADER))).toEqual([['users', 4, ['12']]])
    }
  })

  test('malformed consistency data of a subgraph is ignored', async () => {
    for (const consistency of [null, 7, [['users', 4, '12']], [['users', 'four', ['12']]]]) {
      graph.users.extensions = () => ({ consistency })
      const { headers, body } = await to(RENAME)
      expect(body).toEqual({ data: { rename: { handle: 'a' } } })
      expect(headers.get(CONSISTENCY_HEADER)).toBeNull()
    }
  })

  test('consistency data of a query is ignored', async () => {
    graph.users.extensions = () => ({ consistency: [['users', 4, ['12']]] })
    expect((await to(QUERY)).headers.get(CONSISTENCY_HEADER)).toBeNull()
  })
})

describe('the token from the client', () => {
  const [a, b, c] = ['5', '6', '7'].map((xid) => signed([['users', 4, [xid]]])) as [string, string, string]

  test('is read from the header and the cookie, and merged', async () => {
    const posts = signed([['posts', 7, ['30']]])
    expect(await seenWith({})).toEqual([null, null])
    expect(await seenWith(withHeader(a))).toEqual(twice(['users', 4, ['5']]))
    expect(await seenWith({ cookie: `x=1; ${CONSISTENCY_HEADER}=${a}; y=2` })).toEqual(
      twice(['users', 4, ['5']]),
    )
    expect(await seenWith({ cookie: `${CONSISTENCY_HEADER}="${a}"` })).toEqual(twice(['users', 4, ['5']]))
    for (const encoded of [`${a}%2C${b}`, `${a}%2c%20${b}`, `%22${a},${b}%22`]) {
      const cookie = `${CONSISTENCY_HEADER}=${encoded}`
      expect(await seenWith({ cookie }), encoded).toEqual(twice(['users', 4, ['5', '6']]))
    }
    expect(await seenWith({ cookie: `not-${CONSISTENCY_HEADER}=${a}` })).toEqual([null, null])
    expect(
      await seenWith({
        ...withHeader(a, '', posts, a),
        cookie: `${CONSISTENCY_HEADER}=${b}; ${CONSISTENCY_HEADER}=${c}`,
      }),
    ).toEqual(twice(['users', 4, ['5', '6', '7']], ['posts', 7, ['30']]))
  })

  test('is passed on unchanged even from an older epoch or the future, and the later of two epochs is used', async () => {
    const future = signed([['users', 99, ['18446744073709551615']]])
    expect(await seenWith(withHeader(signed([['users', 1, null]])))).toEqual(twice(['users', 1, null]))
    expect(await seenWith(withHeader(future))).toEqual(twice(['users', 99, ['18446744073709551615']]))
    expect(await seenWith(withHeader(a, future, b))).toEqual(twice(['users', 99, ['18446744073709551615']]))
  })

  test.each([
    ['cut short', a.slice(0, -1), 'its signature is wrong'],
    ['without its signature', a.split('.')[0] ?? '', 'it is truncated, or not a token'],
    ['forged', signed([['users', 4, ['5']]], 'another key'), 'its signature is wrong'],
    [
      "signed with the subgraphs' secret itself",
      signed([['users', 4, ['5']]], 'a secret that is long enough to be one'),
      'its signature is wrong',
    ],
    ['of another version', signed({ v: 2 }), 'it is of another version'],
    [
      'too long',
      'a'.repeat(9_000),
      'it has 9000 characters, and at most 4096 are accepted. Discard the tokens in it',
    ],
    ['too long by one, of good tokens', `${a},`.repeat(200).slice(0, 4_097), 'it has 4097 characters'],
    ['one of several', `${a}, nonsense`, 'it is truncated, or not a token'],
  ])('is rejected if it is %s, and the error names the header or cookie', async (_, text, reason) => {
    for (const [place, headers] of [
      ['header', { [CONSISTENCY_HEADER]: text }],
      ['cookie', { cookie: `${CONSISTENCY_HEADER}=${text}`, [CONSISTENCY_HEADER]: a }],
    ] as const) {
      const { status, body } = await to(RENAME, headers)
      expect(status).toBe(400)
      expect(body.errors).toEqual([
        {
          message: expect.stringMatching(
            new RegExp(`^The ${place} ${CONSISTENCY_HEADER}: .*${reason}`),
          ) as string,
          extensions: { code: 'CONSISTENCY_TOKEN_INVALID' },
        },
      ])
    }
    expect(graph.users.requests).toHaveLength(0)
  })

  test('is not a credential: a cookie does not allow forms and links of other sites', async () => {
    const sent = { cookie: `${CONSISTENCY_HEADER}=${a}`, [CONSISTENCY_HEADER]: a }
    const form = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { ...sent, 'content-type': 'text/plain' },
      body: JSON.stringify({ query: RENAME }),
    })
    const link = await fetch(`${graph.gateway.url}/graphql?query=%7B__typename%7D`, { headers: sent })
    expect([form.status, link.status]).toEqual([415, 400])
    expect(graph.users.requests).toHaveLength(0)
  })

  test('concurrent equal requests each get the response for their own token', async () => {
    const sent = Array.from({ length: 60 }, (_, i) => [[], ['5'], ['6']][i % 3] ?? [])
    const seen = await Promise.all(
      sent.map((xids) => seenWith(xids.length === 0 ? {} : withHeader(signed([['users', 4, xids]])))),
    )
    expect(seen).toEqual(sent.map((xids) => (xids.length === 0 ? [null, null] : twice(['users', 4, xids]))))
  })
})

describe('copies that are behind', () => {
  test('are named once each, in order, for all requests of a batch', async () => {
    graph.users.extensions = () => ({ stale: ['posts', 'followers'] })
    graph.posts.extensions = () => ({ stale: ['users', 'posts'] })
    const all = await Promise.all(Array.from({ length: 10 }, () => to(QUERY)))
    for (const { body, headers } of all) {
      expect(body).toMatchObject({ extensions: { stale: ['followers', 'posts', 'users'] } })
      expect(headers.get(CONSISTENCY_HEADER)).toBeNull()
    }
  })

  test('are named beside the writes', async () => {
    graph.users.extensions = () => ({ consistency: [['users', 4, ['12']]], stale: ['posts'] })
    const { headers, body } = await to(RENAME)
    expect(body).toMatchObject({
      extensions: { consistency: headers.get(CONSISTENCY_HEADER), stale: ['posts'] },
    })
  })
})

describe('pages of other origins', () => {
  test('can send a token and read the returned one', async () => {
    const origin = 'https://app.example'
    const preflight = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': CONSISTENCY_HEADER,
      },
    })
    expect(preflight.headers.get('access-control-allow-headers')).toContain(CONSISTENCY_HEADER)
    graph.users.extensions = reportWrites(['users', 4, ['12']])
    const { headers } = await to(RENAME, { origin, ...withHeader(signed([['users', 4, ['5']]])) })
    expect(headers.get('access-control-expose-headers')).toBe(`${CONSISTENCY_HEADER}, x-request-id`)
    expect(inside(headers.get(CONSISTENCY_HEADER))).toEqual([['users', 4, ['12']]])
  })
})

describe('an external subgraph', () => {
  test('gets no special handling of tokens if all subgraphs are external', async () => {
    await using shop = await startSubgraph(products)
    await using critics = await startSubgraph(reviews)
    for (const subgraph of [shop, critics])
      subgraph.extensions = () => ({ consistency: [['a', 1, ['2']]], stale: ['a'] })
    await using gateway = await serve([shop, critics])
    const sent = { ...withHeader('nonsense'), cookie: `${CONSISTENCY_HEADER}=nonsense`, traceparent: 'x' }
    for (const query of [
      '{ products { reviewCount } }',
      'mutation { rename(id: "1", name: "a") { reviewCount } }',
    ]) {
      const { status, headers, body } = await ask(gateway.url, query, { headers: sent })
      expect([status, headers.get(CONSISTENCY_HEADER), Object.keys(body)]).toEqual([200, null, ['data']])
    }
    for (const { headers } of [...shop.requests, ...critics.requests]) {
      expect(headers).not.toHaveProperty(CONSISTENCY_HEADER)
      expect(headers).not.toHaveProperty('traceparent')
    }
    await expect(serve([shop, critics], { headers: { propagate: [CONSISTENCY_HEADER] } })).rejects.toThrow(
      'is never passed on',
    )
  })

  test('gets no token, and its consistency data is ignored', async () => {
    const untrusted = () => ({ consistency: [['users', 4, ['666']]], stale: ['users'], cost: 1 })
    graph.shop.extensions = untrusted
    const token = signed([['users', 4, ['5']]])
    graph.users.extensions = reportWrites(['users', 4, ['12']])
    const written = await to('mutation { rename(handle: "a") { wishes } buy }', withHeader(token))
    expect(inside(written.headers.get(CONSISTENCY_HEADER))).toEqual([['users', 4, ['12']]])
    const bought = await to('mutation { buy }', withHeader(token))
    expect(bought.body).toEqual({ data: { buy: 1 } })
    const { body } = await to('{ offers user(id: "u1") { wishes } }', withHeader(token))
    expect(body).toEqual({ data: { offers: null, user: { wishes: 3 } } })
    expect(graph.shop.requests.length).toBeGreaterThan(3)
    for (const { headers } of graph.shop.requests) {
      expect(
        Object.keys(headers).filter((name) => name === CONSISTENCY_HEADER || name === 'traceparent'),
      ).toEqual([])
    }
  })
})
