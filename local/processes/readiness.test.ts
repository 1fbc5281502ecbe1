import { createServer } from 'node:http'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { freePort } from '../../platform/ports.ts'
import { httpProbe, untilReady } from './readiness.ts'

const never = new AbortController().signal

test('the probe is repeated until it succeeds', async () => {
  let asked = 0
  const probe = () => Promise.resolve(++asked < 3 ? 'not yet' : null)
  expect(await untilReady(probe, never, 10_000)).toEqual({ kind: 'ready' })
  expect(asked).toBe(3)
})

test('waiting stops with the last reason when the process has ended or time is up', async () => {
  const probe = () => Promise.resolve('not yet')
  expect(await untilReady(probe, AbortSignal.abort(), 10_000)).toEqual({ kind: 'gone' })
  expect(await untilReady(probe, never, 1)).toEqual({ kind: 'late', reason: 'not yet' })
})

test('the HTTP probe reports what is wrong', async () => {
  let status = 503
  const server = createServer((_, response) => response.writeHead(status).end('{"database":"down"}'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/readyz`
  expect(await httpProbe(url)()).toMatch(/does not respond \(connect ECONNREFUSED/)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  expect(await httpProbe(url)()).toBe(`${url} responds with 503: {"database":"down"}`)
  status = 200
  expect(await httpProbe(url)()).toBeNull()
  server.closeAllConnections()
  server.close()
})
