import { fastify } from 'fastify'
import type { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { createLog } from '../../platform/log.ts'
import { NO_AUTHENTICATION } from '../auth/authenticate.ts'
import { contextOf } from './request-context.ts'

test('a bug on the way to the context is masked, and its error names the request', async () => {
  const context = contextOf({
    authentication: {
      ...NO_AUTHENTICATION,
      authenticate: async () => {
        throw new Error('secret')
      },
    },
    checkOperation: () => null,
    log: createLog('test', { LOG_LEVEL: 'silent' }),
  })
  await using app = fastify({ genReqId: () => 'req-9' })
  app.get('/', (request) => context(request).catch((error: GraphQLError) => ({ refusal: error })))
  expect((await app.inject('/')).json()).toEqual({
    refusal: {
      message: 'Something went wrong on our side.',
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'req-9' },
    },
  })
})
