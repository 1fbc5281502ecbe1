import type { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { createLog } from '../../platform/log.ts'
import { NO_AUTHENTICATION } from '../auth/authenticate.ts'
import { createCancellation } from '../../platform/cancellation.ts'
import { createRequestRecord } from '../metrics/request-record.ts'
import { contextOf } from './request-context.ts'

/** Dependencies that the test does not use. */
const unused = {
  get current(): never {
    throw new Error('asked for the graph')
  },
}

test('a bug while the context is created is masked, and its error has the request id', async () => {
  const context = contextOf({
    authentication: {
      ...NO_AUTHENTICATION,
      authenticate: async () => {
        throw new Error('secret')
      },
    },
    tokens: null,
    supergraphs: unused,
    log: createLog('test', { LOG_LEVEL: 'silent' }),
  })
  const request = {
    method: 'GET',
    url: '/',
    headers: {},
    body: undefined,
    id: 'req-9',
    record: createRequestRecord(),
  }
  const refusal = context(request, createCancellation()).catch((error: GraphQLError) => error.toJSON())
  expect(await refusal).toEqual({
    message: 'Something went wrong on our side.',
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'req-9' },
  })
})
