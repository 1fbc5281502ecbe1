import { buildSchema, parse, type OperationDefinitionNode } from 'graphql'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { NO_AUTHENTICATION } from '../../gateway/auth/authenticate.ts'
import type { SupergraphManager } from '../../gateway/supergraph/supergraph-manager.ts'
import type { LoadedSupergraph } from '../../gateway/supergraph/load-supergraph.ts'
import { createApolloPath } from '../../gateway/http/apollo-path.ts'
import { createApolloServer } from '../../gateway/http/apollo-server.ts'
import { contextOf } from '../../gateway/http/request-context.ts'
import type { GraphQLResponse } from '../../gateway/subgraph-client/response.ts'
import { createBatches } from '../../gateway/subgraph-client/batch-entities.ts'
import { createCancellation } from '../../platform/cancellation.ts'
import { createRequestRecord } from '../../gateway/metrics/request-record.ts'
import { createFlights } from '../../gateway/subgraph-client/coalesce.ts'
import { createLog } from '../../platform/log.ts'
import { LARGE, largeText, youngGarbageKept } from './support/old-space.ts'

const log = createLog('test', { LOG_LEVEL: 'silent' })

/** Maximum growth of the heap in bytes, for 200 turns that each leave one large text behind. */
const FEW = LARGE * 40

test('the memory of a batch can be collected immediately, even if an earlier batch is not collected yet', async () => {
  const viewer = {}
  const respond: GraphQLResponse = { data: { _entities: [{}] }, errors: [] }
  const batches = createBatches<{ text: string; cancellation?: undefined }>(
    async () => respond,
    () => false,
  )
  const kept = await youngGarbageKept(200, async () => {
    const asked = batches.ask(viewer, { head: '', representations: ['{}'] }, { text: largeText() })
    await turn()
    await asked
  })
  expect(kept).toBeLessThan(FEW)
})

test('the memory of a shared fetch can be collected immediately, even if a fetch is always in progress', async () => {
  const viewer = {}
  const flights = createFlights<string>({ ended: 0 }, () => 0)
  const begun: PromiseWithResolvers<string>[] = []
  let n = 0
  const begin = () =>
    flights.join(viewer, String(++n), undefined, () => {
      const flight = Promise.withResolvers<string>()
      begun.push(flight)
      return flight.promise
    })
  const waited = [begin(), begin(), begin()]
  const kept = await youngGarbageKept(200, async () => {
    waited.push(begin())
    begun.shift()?.resolve(largeText())
    await waited.shift()
  })
  expect(kept).toBeLessThan(FEW)
})

test('the memory of a request to Apollo Server can be collected immediately after its response', async () => {
  const supergraphs = answering('{"a":"b"}')
  const apollo = createApolloServer({ supergraphs, introspection: false, tokens: null, log })
  await apollo.start()
  const contextValue = contextOf({ authentication: NO_AUTHENTICATION, tokens: null, supergraphs, log })
  const respond = createApolloPath(apollo, contextValue, log)
  const headers = { 'content-type': 'application/json' }
  const kept = await youngGarbageKept(200, async () => {
    const asked = {
      method: 'POST',
      url: '/graphql',
      headers,
      body: { query: '{ a }' },
      id: largeText(),
      record: createRequestRecord(),
    }
    const { text } = await respond(asked, createCancellation())
    expect(text).toBe('{"data":{"a":"b"}}\n')
  })
  await apollo.stop()
  expect(kept).toBeLessThan(FEW)
})

/** A supergraph manager whose operations all return this data. */
function answering(data: string): SupergraphManager {
  const execute = async () => ({ kind: 'complete' as const, data, errors: [] })
  const never = async () => Promise.reject(new Error('never asked for'))
  const graph: LoadedSupergraph = {
    supergraphSdl: '',
    schema: buildSchema('type Query { a: String }'),
    checkOperation: () => null,
    operations: {
      documentOf: () => undefined,
      prepare: async ({ document }, { values: variables }) => ({
        requested: { document, operation: document.definitions[0] as OperationDefinitionNode, variables },
        planText: null,
        identity: () => null,
        execute,
      }),
      recent: () => [],
      warm: never,
      size: () => ({ documents: 0, plans: 0 }),
    },
    execute,
    parseValid: parse,
    [Symbol.asyncDispose]: async () => {},
  }
  return {
    current: graph,
    of: () => graph,
    hold: () => () => {},
    replace: never,
    onReplace: () => () => {},
    [Symbol.asyncDispose]: async () => {},
  }
}
