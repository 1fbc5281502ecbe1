import { expect, test } from 'vitest'
import { parseExactly } from '../execution/exact-number.ts'
import type { GraphQLResponse } from './response.ts'
import { createBatches } from './batch-entities.ts'
import { createCancellation, type Cancellation } from '../../platform/cancellation.ts'

type Caller = { name: string; cancellation?: Cancellation | undefined }
type Sent = PromiseWithResolvers<GraphQLResponse> & {
  caller: Caller
  ids: string[]
  cancellation: Cancellation | undefined
}

const HEAD = '{"query":"…","variables":{"representations":['
const alice: Caller = { name: 'alice' }

/** Batches whose responses the test sets. A fault with the message `bad` concerns the content of the request. */
function setUp() {
  const sent: Sent[] = []
  const batches = createBatches<Caller>(
    (caller, body, cancellation) => {
      const { variables } = JSON.parse(body) as { variables: { representations: { id: string }[] } }
      const ids = variables.representations.map(({ id }) => id)
      const request = { ...Promise.withResolvers<GraphQLResponse>(), caller, ids, cancellation }
      sent.push(request)
      return request.promise
    },
    (fault) => fault instanceof Error && fault.message === 'bad',
  )
  const ask = (ids: string[], caller = alice, headers: object = alice, head = HEAD) =>
    batches.ask(headers, { head, representations: ids.map((id) => JSON.stringify({ id })) }, caller)
  /** Responds to a request with the names of its entities. */
  const respond = (i: number, errors: GraphQLResponse['errors'] = []) =>
    sent[i]?.resolve({ ...names(...sent[i].ids), errors })
  return { sent, ask, respond }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const names = (...ids: string[]) => ({
  data: { _entities: ids.map((id) => ({ name: `N${id}` })) },
  errors: [],
  plain: true,
})

test('fetches of one turn are sent as one request with each entity once, and each fetch gets its own entities', async () => {
  const { sent, ask, respond } = setUp()
  const asked = [ask(['1', '2']), ask(['3']), ask(['2', '4', '1'])]
  await turn()
  expect(sent.map(({ ids }) => ids)).toEqual([['1', '2', '3', '4']])
  respond(0)
  expect(await Promise.all(asked)).toEqual([names('1', '2'), names('3'), names('2', '4', '1')])
})

test('each fetch gets the facets of its own entities', async () => {
  const { sent, ask } = setUp()
  const asked = [ask(['1', '2']), ask(['3', '1'])]
  await turn()
  const facets = [['f1'], ['f2', 'g2'], ['f3']]
  sent[0]?.resolve({ ...names('1', '2', '3'), extensions: { facets, stale: ['users'] } })
  expect((await Promise.all(asked)).map(({ extensions }) => extensions)).toEqual([
    { facets: [['f1'], ['f2', 'g2']], stale: ['users'] },
    { facets: [['f3'], ['f1']], stale: ['users'] },
  ])
})

test('a change that one caller makes to an entity is not visible to others', async () => {
  const { ask, respond } = setUp()
  const asked = [ask(['1']), ask(['1'])]
  await turn()
  respond(0)
  const [one, two] = await Promise.all(asked)
  const mine = one?.data?.['_entities'] as { name: string }[] | undefined
  for (const entity of mine ?? []) entity.name = 'changed'
  expect(two).toEqual(names('1'))
})

test('exact numbers keep their digits for both callers', async () => {
  const { sent, ask } = setUp()
  const asked = [ask(['1']), ask(['1'])]
  await turn()
  const data = parseExactly('{"_entities":[{"price":10.00}]}') as Record<string, unknown>
  sent[0]?.resolve({ data, errors: [], exact: true })
  const texts = (await Promise.all(asked)).map((respond) => JSON.stringify(respond.data))
  expect(texts).toEqual(Array.from({ length: 2 }, () => '{"_entities":[{"price":10.00}]}'))
})

test('fetches with other headers (another viewer) or another operation never share a request', async () => {
  const { sent, ask, respond } = setUp()
  const bob = { name: 'bob' }
  const other = HEAD.replace('…', 'other')
  const asked = [
    ask(['1']),
    ask(['1'], bob, bob),
    ask(['2'], alice, alice, other),
    ask(['2']),
    ask(['2'], bob, bob),
  ]
  await turn()
  expect(sent.map(({ caller, ids }) => [caller.name, ids])).toEqual([
    ['alice', ['1', '2']],
    ['alice', ['2']],
    ['bob', ['1', '2']],
  ])
  for (const i of [2, 1, 0]) respond(i)
  expect(await Promise.all(asked)).toEqual(['1', '1', '2', '2', '2'].map((id) => names(id)))
})

test('a fetch in the next turn is another request', async () => {
  const { sent, ask } = setUp()
  void ask(['1'])
  await turn()
  void ask(['2'])
  await turn()
  expect(sent.map(({ ids }) => ids)).toEqual([['1'], ['2']])
})

test('an error of an entity is reported to each of its callers, at the caller’s own path', async () => {
  const { ask, respond } = setUp()
  const asked = [ask(['1', '2']), ask(['3']), ask(['2'])]
  await turn()
  respond(0, [{ message: 'No.', path: ['_entities', 1, 'name'] }])
  const errors = (await Promise.all(asked)).map((one) => one.errors)
  expect(errors).toEqual([
    [{ message: 'No.', path: ['_entities', 1, 'name'] }],
    [],
    [{ message: 'No.', path: ['_entities', 0, 'name'] }],
  ])
})

const USELESS: Record<string, (request: Sent | undefined) => void> = {
  'a fault that is about what was asked for': (request) => request?.reject(new Error('bad')),
  'an error that is of no entity': (request) =>
    request?.resolve({ data: { _entities: [null, null] }, errors: [{ message: 'No.' }] }),
  'an error of all entities': (request) =>
    request?.resolve({
      data: { _entities: [null, null] },
      errors: [{ message: 'No.', path: ['_entities'] }],
    }),
  'an error of an entity that was not asked for': (request) =>
    request?.resolve({ data: { _entities: [{}, {}] }, errors: [{ message: 'No.', path: ['_entities', 7] }] }),
  'too few entities': (request) => request?.resolve({ data: { _entities: [{}] }, errors: [] }),
  'no entities': (request) => request?.resolve({ data: null, errors: [{ message: 'No.' }] }),
}

test.each(Object.entries(USELESS))(
  'after %s, each fetch is sent separately and gets its own response',
  async (_, spoil) => {
    const { sent, ask, respond } = setUp()
    const asked = [ask(['1']), ask(['2'])]
    await turn()
    spoil(sent[0])
    await expect.poll(() => sent.length).toBe(3)
    expect(sent.slice(1).map(({ ids }) => ids)).toEqual([['1'], ['2']])
    respond(1)
    sent[2]?.reject(new Error('bad'))
    expect(await asked[0]).toEqual(names('1'))
    await expect(asked[1]).rejects.toThrow('bad')
    expect(sent).toHaveLength(3)
  },
)

test('if the subgraph is down, the fetches are not sent separately, and all of them get the error', async () => {
  const { sent, ask } = setUp()
  const asked = [ask(['1']), ask(['2'])]
  await turn()
  sent[0]?.reject(new Error('down'))
  for (const one of asked) await expect(one).rejects.toThrow('down')
  expect(sent).toHaveLength(1)
})

test('a caller that cancels does not affect the others, and the last one cancels the request', async () => {
  const { sent, ask, respond } = setUp()
  const clients = [createCancellation(), createCancellation(), createCancellation(), createCancellation()]
  const as = (i: number) => ({ name: 'alice', cancellation: clients[i] })
  const first = [ask(['1'], as(0)), ask(['2'], as(1))]
  await turn()
  clients[0]?.cancel()
  await expect(first[0]).rejects.toMatchObject({ kind: 'cancelled' })
  expect(sent[0]?.cancellation?.cancelled).toBe(false)
  respond(0)
  expect(await first[1]).toEqual(names('2'))

  const second = [ask(['1'], as(2)), ask(['2'], as(3))]
  await turn()
  clients[2]?.cancel()
  clients[3]?.cancel()
  for (const one of second) await expect(one).rejects.toMatchObject({ kind: 'cancelled' })
  expect(sent[1]?.cancellation?.cancelled).toBe(true)
})

test('a caller that cannot cancel keeps the request', async () => {
  const { sent, ask, respond } = setUp()
  const client = createCancellation()
  const asked = [ask(['1'], { name: 'alice', cancellation: client }), ask(['2'])]
  await turn()
  client.cancel()
  await expect(asked[0]).rejects.toMatchObject({ kind: 'cancelled' })
  expect(sent[0]?.cancellation?.cancelled ?? false).toBe(false)
  respond(0)
  expect(await asked[1]).toEqual(names('2'))
})

test('if all callers cancel before the request is sent, nothing is sent', async () => {
  const { sent, ask } = setUp()
  const client = createCancellation()
  const asked = ask(['1'], { name: 'alice', cancellation: client })
  client.cancel()
  await expect(asked).rejects.toMatchObject({ kind: 'cancelled' })
  await turn()
  expect(sent).toHaveLength(0)
})

test('a batch is limited in fetches and in entities', async () => {
  const { sent, ask } = setUp()
  for (let i = 0; i < 65; i++) void ask([String(i)])
  await turn()
  expect(sent.map(({ ids }) => ids.length)).toEqual([64, 1])
  const many = (n: number) => Array.from({ length: n }, (_, i) => `${n}.${i}`)
  for (const n of [300, 201, 600]) void ask(many(n))
  await turn()
  expect(sent.slice(2).map(({ ids }) => ids.length)).toEqual([300, 201, 600])
})

test('a fetch still gets a response if all earlier ones of its turn were cancelled', async () => {
  const { sent, ask, respond } = setUp()
  const client = createCancellation()
  const gone = ask(['1'], { name: 'alice', cancellation: client })
  client.cancel()
  const asked = ask(['2'])
  await expect(gone).rejects.toMatchObject({ kind: 'cancelled' })
  await turn()
  expect(sent.map(({ ids }) => ids)).toEqual([['2']])
  respond(0)
  expect(await asked).toEqual(names('2'))
})
