import { fastify } from 'fastify'
import type { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { createLog } from '../../platform/log.ts'
import { NO_AUTHENTICATION } from '../auth/authenticate.ts'
import { contextOf } from './request-context.ts'

/** Never reached. */
const unused = {
  get current(): never {
    throw new Error('asked for the graph')
  },
}

test('a bug on the way to the context is masked, and its error names the request', async () => {
  const context = contextOf({
    authentication: {
      ...NO_AUTHENTICATION,
      authenticate: async () => {
        throw new Error('secret')
      },
    },
    tokens: null,
    graphs: unused,
    log: createLog('test', { LOG_LEVEL: 'silent' }),
  })
  await using app = fastify({ genReqId: () => 'req-9' })
  app.get('/', (request, reply) =>
    context(request, reply).catch((error: GraphQLError) => ({ refusal: error })),
  )
  expect((await app.inject('/')).json()).toEqual({
    refusal: {
      message: 'Something went wrong on our side.',
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'req-9' },
    },
  })
})
