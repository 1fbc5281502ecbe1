import { parse, type OperationDefinitionNode } from 'graphql'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createCancellation } from '../../platform/cancellation.ts'
import { tokenOf } from '../../patterns/change-log/index.ts'
import { RequestConsistency } from '../consistency-token/request-consistency.ts'
import type { OperationResponse } from '../execution/operation.ts'
import type { ExecutableOperation } from '../execution/operation-store.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { createRequestRecord, recordSharedFetch } from '../metrics/request-record.ts'
import type { SubgraphTarget } from '../subgraph-client/target.ts'
import { shareRequests } from './share-requests.ts'

const INTERNAL: SubgraphTarget = { kind: 'internal', url: '' }
const external = (...propagate: string[]): SubgraphTarget => ({
  kind: 'external',
  url: '',
  headers: { propagate, insert: {} },
})

/** Requests whose executions the test ends. `started` has the executions in order. */
function openBed(...targets: SubgraphTarget[]) {
  const lines: unknown[] = []
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) })
  const state = { now: 0, shared: 0, writes: { ended: 0 } }
  const started: (PromiseWithResolvers<OperationResponse> & { context: GatewayContext })[] = []
  const execute = shareRequests(
    (_, context) => {
      const execution = { ...Promise.withResolvers<OperationResponse>(), context }
      started.push(execution)
      return execution.promise
    },
    {
      targets: targets.length > 0 ? targets : [INTERNAL],
      writes: state.writes,
      clock: () => state.now,
      onShare: () => state.shared++,
      log,
    },
  )
  let requests = 0
  const ask = (more: Partial<GatewayContext> = {}, identity: string | null = 'query') => {
    const requestId = `request-${++requests}`
    const context: GatewayContext = {
      viewer: null,
      headers: {},
      requestId,
      record: createRequestRecord(),
      ...more,
    }
    const operation: ExecutableOperation = {
      requested: REQUESTED,
      planText: null,
      identity: () => identity,
      execute: () => Promise.reject(new Error('not executed here')),
    }
    return { context, response: execute(operation, context) }
  }
  return { state, lines, started, ask }
}

const document = parse('{ a }')
const REQUESTED = {
  document,
  operation: document.definitions[0] as OperationDefinitionNode,
  variables: {},
}

const complete = (data: string): OperationResponse => ({ kind: 'complete', data, errors: [] })
const viewer = (id: string, session: string | null = null) => ({ viewer: { id, session } })
const token = () => ({ consistency: new RequestConsistency(tokenOf('users', 1, '6')) })

test('equal requests share one execution, also if they begin later', async () => {
  const { started, ask, state } = openBed()
  const asked = [ask(), ask()]
  await Promise.resolve()
  asked.push(ask())
  expect(started).toHaveLength(1)
  started[0]?.resolve(complete('1'))
  for (const { response } of asked) expect(await response).toMatchObject(complete('1'))
  expect(state.shared).toBe(2)
  void ask()
  expect(started).toHaveLength(2)
})

test('another operation, other variables, or another viewer do not share', () => {
  const { started, ask } = openBed()
  const viewers = [viewer('a'), viewer('b'), viewer('a', 's'), viewer('a', 't'), { viewer: null }]
  for (const one of viewers) for (let i = 0; i < 2; i++) ask(one)
  expect(started).toHaveLength(viewers.length)
  ask(viewer('a'), 'another')
  expect(started).toHaveLength(viewers.length + 1)
})

test('no viewer gets the private response of another, in any order of the ends', async () => {
  const { started, ask } = openBed()
  const ids = ['a', 'b', 'c', 'b', 'a', 'c']
  const asked = ids.map((id) => ask(viewer(id)))
  for (const { context, resolve } of started.toReversed()) resolve(complete(`"${context.viewer?.id}"`))
  for (const [i, { response }] of asked.entries())
    expect(await response).toMatchObject(complete(`"${ids[i]}"`))
})

test('headers that any external subgraph gets must be equal, and others need not be', () => {
  const { started, ask } = openBed(external('X-A'), external('x-b', 'x-request-id'))
  const values = [{}, { 'x-a': '1' }, { 'x-b': '1' }, { 'x-a': '' }, { 'x-a': '1', 'x-b': '1' }]
  for (const headers of values) ask({ headers })
  expect(started).toHaveLength(values.length)
  for (const headers of values) ask({ headers: { ...headers, 'x-c': '1', 'x-request-id': 'r' } })
  ask({ headers: {}, ...viewer('a') })
  expect(started).toHaveLength(values.length)
})

test('with both kinds of subgraphs, viewers and headers count', () => {
  const { started, ask } = openBed(INTERNAL, external('x-a'))
  for (let i = 0; i < 2; i++) {
    ask({ headers: { 'x-a': '1' }, ...viewer('a') })
    ask({ headers: { 'x-a': '1' }, ...viewer('b') })
    ask({ headers: { 'x-a': '2' }, ...viewer('a') })
  }
  expect(started).toHaveLength(3)
})

test('a request with a consistency token neither joins nor is joined', () => {
  const { started, ask } = openBed()
  ask()
  ask(token())
  ask(token())
  expect(started).toHaveLength(3)
  ask()
  expect(started).toHaveLength(3)
})

test('a request without an identity is not shared: a mutation', () => {
  const { started, ask } = openBed()
  ask({}, null)
  ask({}, null)
  expect(started).toHaveLength(2)
})

test('an execution is not joined after a mutation ended, or the cache moved, or 10 ms', () => {
  const { started, ask, state } = openBed()
  ask()
  state.writes.ended++
  ask()
  expect(started).toHaveLength(2)
  state.now = 10
  ask()
  expect(started).toHaveLength(2)
  state.now = 10.5
  ask()
  expect(started).toHaveLength(3)
})

test('a client that disconnects does not end the execution for others, and the last one cancels it', async () => {
  const { started, ask } = openBed()
  const clients = [createCancellation(), createCancellation()]
  const asked = clients.map((cancellation) => ask({ cancellation }))
  clients[0]?.cancel()
  expect(await asked[0]?.response).toMatchObject({
    data: 'null',
    errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  })
  expect(started[0]?.context.cancellation?.cancelled).toBe(false)
  clients[1]?.cancel()
  expect(started[0]?.context.cancellation?.cancelled).toBe(true)
  ask()
  expect(started).toHaveLength(2)
})

test('the others get their response after the first client has disconnected', async () => {
  const { started, ask } = openBed()
  const first = createCancellation()
  ask({ cancellation: first })
  const { response } = ask({ cancellation: createCancellation() })
  first.cancel()
  started[0]?.resolve(complete('1'))
  expect(await response).toMatchObject(complete('1'))
})

test('errors have the id of each request, and the log leads from it to the request that was executed', async () => {
  const { started, ask, lines } = openBed()
  const asked = [ask(), ask()]
  const masked = { message: 'm', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-1' } }
  const plain = { message: 'n', extensions: { code: 'NOT_FOUND' } }
  const response: OperationResponse = { ...complete('null'), errors: [masked, plain] }
  started[0]?.resolve(response)
  const [first, second] = await Promise.all(asked.map((one) => one.response))
  expect(first?.errors).toEqual([masked, plain])
  expect(second?.errors).toEqual([
    { message: 'm', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-2' } },
    plain,
  ])
  expect(lines).toMatchObject([{ requestId: 'request-2', sharedRequestId: 'request-1' }])
})

test('errors that the log does not explain are not logged', async () => {
  const { started, ask, lines } = openBed()
  const asked = [ask(), ask()]
  const errors = [{ message: 'n', extensions: { code: 'NOT_FOUND' } }]
  started[0]?.resolve({ ...complete('null'), errors })
  for (const { response } of asked) expect(await response).toMatchObject({ errors })
  expect(lines).toEqual([])
})

test('all fail with the same error', async () => {
  const { started, ask } = openBed()
  const asked = [ask(), ask()]
  started[0]?.reject(new Error('a bug'))
  for (const { response } of asked) await expect(response).rejects.toThrow('a bug')
})

test('each request records what it shared, and which copies were stale', async () => {
  const { started, ask } = openBed()
  const [first, second] = [ask(), ask()]
  const [execution] = started
  const stale = new RequestConsistency(new Map())
  stale.showedStale(['users'])
  recordSharedFetch(execution?.context.record, 'request-0')
  if (execution) execution.context.consistency = stale
  execution?.resolve(complete('1'))
  await Promise.all([first.response, second.response])
  expect(first.context.record?.sharedFetches).toEqual(['request-0'])
  expect(second.context.record?.sharedFetches).toEqual(['request-1', 'request-0'])
  for (const { context } of [first, second]) expect(context.consistency?.stale()).toEqual(['users'])
})

test('the cache status of a shared response says so', async () => {
  const { started, ask } = openBed()
  const asked = [ask(), ask()]
  const forwarded = { kind: 'forwarded', why: 'miss', stored: true } as const
  started[0]?.resolve({ ...complete('1'), cache: forwarded })
  const [first, second] = await Promise.all(asked.map(({ response }) => response))
  expect(first?.cache).toEqual(forwarded)
  expect(second?.cache).toEqual({ ...forwarded, collapsed: true })
})
