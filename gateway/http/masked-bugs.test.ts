import { HeaderMap } from '@apollo/server'
import { buildSchema, GraphQLError, parse, type OperationDefinitionNode } from 'graphql'
import { expect, test } from 'vitest'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import { createLog } from '../../platform/log.ts'
import { NO_AUTHENTICATION } from '../auth/authenticate.ts'
import { clientTokens } from '../consistency-token/client-tokens.ts'
import { NO_TOKEN, RequestConsistency } from '../consistency-token/request-consistency.ts'
import type { GatewayContext } from '../gateway-context.ts'
import type { LoadedSupergraph } from '../supergraph/load-supergraph.ts'
import type { SupergraphManager } from '../supergraph/supergraph-manager.ts'
import { createCancellation } from '../../platform/cancellation.ts'
import { createRequestRecord } from '../metrics/request-record.ts'
import { createApolloServer } from './apollo-server.ts'
import { createFastPath } from './fast-path/fast-path.ts'

const log = createLog('test', { LOG_LEVEL: 'silent' })

/** A supergraph manager whose engine fails with this error after a write. */
function failing(failure: Error): SupergraphManager {
  const fail = async () => {
    throw failure
  }
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
        execute: fail,
      }),
      recent: () => [],
      warm: fail,
      size: () => ({ documents: 0, plans: 0 }),
    },
    execute(_, context) {
      context.consistency = new RequestConsistency(NO_TOKEN)
      context.consistency.recordWrites([['users', 4, ['12']]])
      return fail()
    },
    parseValid: parse,
    [Symbol.asyncDispose]: async () => {},
  }
  return {
    current: graph,
    of: () => graph,
    hold: () => () => {},
    replace: fail,
    onReplace: () => () => {},
    [Symbol.asyncDispose]: async () => {},
  }
}

const tokens = clientTokens('a secret that is long enough to be one')

type Answer = { status: number | undefined; token: string | null | undefined; body: unknown }

/** Sends one request through Apollo Server. */
async function inFull(failure: Error, requestId: string): Promise<Answer> {
  const apollo = createApolloServer({ supergraphs: failing(failure), introspection: false, tokens, log })
  await apollo.start()
  const { body, status, headers } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'POST',
      headers: new HeaderMap([['content-type', 'application/json']]),
      body: { query: '{ a }' },
      search: '',
    },
    context: async (): Promise<GatewayContext> => ({ viewer: null, headers: {}, requestId }),
  })
  await apollo.stop()
  return {
    status,
    token: headers.get(CONSISTENCY_HEADER),
    body: JSON.parse(body.kind === 'complete' ? body.string : ''),
  }
}

async function fastPath(failure: Error, id: string): Promise<Answer> {
  const path = createFastPath({
    supergraphs: failing(failure),
    authentication: NO_AUTHENTICATION,
    tokens,
    log,
  })
  const headers = { 'content-type': 'application/json' }
  const asked = {
    method: 'POST',
    url: '/graphql',
    headers,
    body: { query: '{ a }' },
    id,
    record: createRequestRecord(),
  }
  const response = await path(asked, createCancellation())
  const at = response?.headers.indexOf(CONSISTENCY_HEADER) ?? -1
  return {
    status: response?.status,
    token: response?.headers[at + 1],
    body: JSON.parse(response?.text ?? ''),
  }
}

/** The token of the engine's write before its failure. The client must get it. */
const token = expect.stringMatching(/^[\w-]+\.[\w-]{22}$/) as string

for (const [name, responseTo] of Object.entries({ inFull, fastPath })) {
  test(`a bug of the gateway is masked, and its error has the request id of the log line: ${name}`, async () => {
    const response = await responseTo(new Error('connect ECONNREFUSED 10.0.0.3:6379'), 'req-7')
    const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId: 'req-7' }
    expect(response).toEqual({
      status: 500,
      token,
      body: {
        errors: [{ message: 'Something went wrong on our side.', extensions }],
        extensions: { consistency: token },
      },
    })
  })

  test(`an intended error is not masked: ${name}`, async () => {
    const failure = new GraphQLError('Not now.', { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } })
    expect(await responseTo(failure, 'req-8')).toEqual({
      status: 500,
      token,
      body: {
        errors: [{ message: 'Not now.', extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
        extensions: { consistency: token },
      },
    })
  })
}
