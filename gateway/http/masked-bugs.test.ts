import { HeaderMap } from '@apollo/server'
import { buildSchema, GraphQLError, parse } from 'graphql'
import { expect, test } from 'vitest'
import { createLog } from '../../platform/log.ts'
import { NO_AUTHENTICATION } from '../auth/authenticate.ts'
import type { GatewayContext } from '../context.ts'
import type { Graph } from '../graph/load-graph.ts'
import type { Graphs } from '../graph/graphs.ts'
import { createCancellation } from '../subgraph-client/cancellation.ts'
import { createApolloServer } from './apollo-server.ts'
import { createLeanPath } from './lean/lean-path.ts'

const log = createLog('test', { LOG_LEVEL: 'silent' })

/** A graph whose engine fails with this error. */
function failing(failure: Error): Graphs {
  const fail = async () => {
    throw failure
  }
  const graph: Graph = {
    supergraphSdl: '',
    schema: buildSchema('type Query { a: String }'),
    checkOperation: () => null,
    operations: {
      documentOf: () => undefined,
      prepare: fail,
      execute: fail,
      recent: () => [],
      warm: fail,
    },
    exchangeFor: () => fail,
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

type Answer = { status: number | undefined; body: unknown }

/** Answers one request through Apollo Server. */
async function inFull(failure: Error, requestId: string): Promise<Answer> {
  const apollo = createApolloServer({ graphs: failing(failure), introspection: false, log })
  await apollo.start()
  const { body, status } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'POST',
      headers: new HeaderMap([['content-type', 'application/json']]),
      body: { query: '{ a }' },
      search: '',
    },
    context: async (): Promise<GatewayContext> => ({ viewer: null, headers: {}, requestId }),
  })
  await apollo.stop()
  return { status, body: JSON.parse(body.kind === 'complete' ? body.string : '') }
}

async function lean(failure: Error, id: string): Promise<Answer> {
  const path = createLeanPath({ graphs: failing(failure), authentication: NO_AUTHENTICATION, log })
  const headers = { 'content-type': 'application/json' }
  const asked = { method: 'POST', url: '/graphql', headers, body: { query: '{ a }' }, id }
  const answer = await path(asked, createCancellation())
  return { status: answer?.status, body: JSON.parse(answer?.text ?? '') }
}

for (const [name, answerTo] of Object.entries({ inFull, lean })) {
  test(`a bug of the gateway is masked, and its error names the request that the log tells of: ${name}`, async () => {
    const answer = await answerTo(new Error('connect ECONNREFUSED 10.0.0.3:6379'), 'req-7')
    const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId: 'req-7' }
    expect(answer).toEqual({
      status: 500,
      body: { errors: [{ message: 'Something went wrong on our side.', extensions }] },
    })
  })

  test(`an error made on purpose passes: ${name}`, async () => {
    const failure = new GraphQLError('Not now.', { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } })
    expect(await answerTo(failure, 'req-8')).toEqual({
      status: 500,
      body: { errors: [{ message: 'Not now.', extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] },
    })
  })
}
