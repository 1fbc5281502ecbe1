import { expect, test } from 'vitest'
import { createLog } from '../platform/log.ts'
import { Rests } from './cache/rests.ts'
import { subgraphRequests } from './subgraphs.ts'

test('a response that rests on a failed request is not complete, whether or not the client sees the error', async () => {
  const requests = subgraphRequests({
    targets: new Map([['users', { kind: 'internal', url: 'http://users/' }]]),
    nodeSubgraph: false,
    transport: {
      send: () => Promise.reject(new Error('a bug')),
      async [Symbol.asyncDispose]() {},
    },
    timeoutMs: 1_000,
    signing: { secret: 'a secret that is long enough to be one', clock: () => 0 },
    log: createLog('test', { LOG_LEVEL: 'silent' }),
  })
  const rests = new Rests()
  const request = requests({ viewer: null, headers: {}, requestId: 'id', rests })
  await expect(request({ subgraph: 'users', body: '{}', kind: 'query' })).rejects.toThrow('a bug')
  expect(rests.complete).toBe(false)
})
