import { HeaderMap } from '@apollo/server'
import { buildSchema, GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { createLog } from '../../platform/log.ts'
import type { GatewayContext } from '../context.ts'
import { createApolloServer } from './apollo-server.ts'

/** Answers one request over an engine that fails with this error. */
async function answerTo(failure: Error, requestId: string) {
  const apollo = createApolloServer({
    execution: {
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: buildSchema('type Query { a: String }'), coreSupergraphSdl: '' })
        return () => {}
      },
      load: async () => ({
        executor: async () => {
          throw failure
        },
      }),
      stop: async () => {},
    },
    introspection: false,
    log: createLog('test', { LOG_LEVEL: 'silent' }),
  })
  await apollo.start()
  const { body } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'POST',
      headers: new HeaderMap([['content-type', 'application/json']]),
      body: { query: '{ a }' },
      search: '',
    },
    context: async (): Promise<GatewayContext> => ({ viewer: null, headers: {}, requestId }),
  })
  await apollo.stop()
  return JSON.parse(body.kind === 'complete' ? body.string : '') as { errors: unknown[] }
}

test('a bug of the gateway is masked, and its error names the request that the log tells of', async () => {
  const { errors } = await answerTo(new Error('connect ECONNREFUSED 10.0.0.3:6379'), 'req-7')
  const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId: 'req-7' }
  expect(errors).toEqual([{ message: 'Something went wrong on our side.', extensions }])
})

test('an error made on purpose passes', async () => {
  const failure = new GraphQLError('Not now.', { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } })
  const { errors } = await answerTo(failure, 'req-8')
  expect(errors).toEqual([{ message: 'Not now.', extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }])
})
