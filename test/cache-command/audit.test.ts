import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { audit, type AuditArguments } from '../../cli/cache/audit/audit.ts'
import { commandBed } from '../log-command/command-bed.ts'
import { environmentOf, startCommand } from '../log-command/run-log.ts'

const bed = commandBed({ env: { CACHE: 'on' } })

/** A cache in front of a gateway that never drops anything. */
async function brokenCache(gatewayUrl: string): Promise<AsyncDisposable & { url: string }> {
  const stored = new Map<string, string>()
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    if (!stored.has(body) || body.includes('mutation')) {
      const { authorization = '' } = request.headers
      const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) }
      stored.set(body, await (await fetch(gatewayUrl, { method: 'POST', headers, body })).text())
    }
    response.setHeader('cache-status', 'broken; hit')
    response.end(stored.get(body))
  }
  const server = createServer((request, response) => void respond(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const SHORT: AuditArguments = { minutes: 10, urls: [], seed: 1, boundMs: 5_000, rate: 500, writes: 50 }

/** Runs an audit until it has printed a line like each of these. */
async function auditUntil(patterns: readonly RegExp[], more: Partial<AuditArguments>) {
  const installation = {
    urls: bed.system.databaseUrls,
    redisUrl: null,
    cacheRedisUrl: null,
    given: true,
    [Symbol.asyncDispose]: async () => {},
  }
  const stop = new AbortController()
  let missing = patterns
  const print = (line: string) => {
    missing = missing.filter((pattern) => !pattern.test(line))
    if (missing.length === 0) stop.abort()
  }
  return await audit(installation, { ...SHORT, ...more }, { print, stop: stop.signal })
}

test('an audit of the gateway finds nothing stale, says what its sample supports, and ends at Ctrl-C with its report', async () => {
  const args = ['--url', bed.system.gatewayUrl, '--writes', '50', '--seed', '7', '--json']
  await using auditing = startCommand('cache', ['audit', ...args], environmentOf(bed.system))
  const written = async () =>
    Number(
      (await bed.databases.posts.query("select count(*) from outbox where type = 'post.edited'")).rows[0]
        .count,
    )
  await expect.poll(written).toBeGreaterThan(10)
  auditing.interrupt()
  const { code, out, err } = await auditing.ended
  const end = JSON.parse(out.join('\n'))
  expect([code, end, err]).toEqual([
    0,
    expect.objectContaining({ ok: true, stale: 0, pending: 0, seed: 7, failed: { reads: 0, writes: 0 } }),
    [],
  ])
  expect(end.judged).toBeGreaterThan(100)
  expect(end.hits).toBeGreaterThan(0)
  expect(end.nines).toBeCloseTo(Math.log10(end.judged / 3))
})

test('stale reads through a broken cache are found, and each kind of value', async () => {
  await using broken = await brokenCache(bed.system.gatewayUrl)
  const kinds = ['version of user_', 'version of post_', 'user with handle ', 'likes of ', 'followers of ']
  const patterns = kinds.map((kind) => new RegExp(`^! stale: .* showed for the ${kind}`))
  const end = await auditUntil(patterns, { urls: [broken.url], boundMs: 100 })
  expect(end.stale).toBeGreaterThanOrEqual(kinds.length)
  const atBroken = expect.objectContaining({ what: expect.stringContaining(broken.url), cache: 'hit' })
  expect(end.examples).toEqual(end.examples.map(() => atBroken))
})

test('a gateway that does not respond is reported with its address', async () => {
  const args = ['audit', '--url', 'http://127.0.0.1:1/graphql']
  const { code, out, err } = await startCommand('cache', args, environmentOf(bed.system)).ended
  expect([code, out, err]).toEqual([
    1,
    [],
    [expect.stringMatching(/^There is no gateway at http:\/\/127\.0\.0\.1:1\/graphql \(.*Start it, or name/)],
  ])
})
