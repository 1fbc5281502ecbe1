import { request } from 'node:http'
import { expect, test, vi } from 'vitest'
import { ask, serve } from './support/gateways.ts'
import { products } from './support/shop.ts'
import { startSubgraph } from './support/subgraph.ts'
import { WITHIN } from '../support/timeout.ts'

const WAYS: Record<string, Record<string, string>> = {
  'by the fast path': {},
  'by the route that knows CORS': { origin: 'https://studio.apollographql.com' },
  'by Apollo Server': { 'apollo-query-plan-experimental': '1' },
}

/**
 * Sends a request, and disconnects when the request to the subgraph has arrived.
 *
 * @param answers whether the subgraph responds afterwards. If not, it waits until its request is cancelled.
 * @returns whether the subgraph's request ended without a response
 */
async function goAway(query: string, headers: Record<string, string>, answers: boolean): Promise<boolean> {
  await using shop = await startSubgraph(products)
  await using gateway = await serve([shop])
  const arrived = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<boolean>()
  let over = false
  shop.misbehave = async (reply) => {
    reply.raw.once('close', () => {
      over = true
      ended.resolve(!reply.raw.writableFinished)
    })
    arrived.resolve()
    await release.promise
    return reply.send({ data: { products: [], rename: null } })
  }
  const { hostname, port } = new URL(gateway.url)
  const asked = request({
    hostname,
    port,
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
  })
  asked.on('error', () => undefined)
  const closed = new Promise((resolve) => asked.once('close', resolve))
  asked.end(JSON.stringify({ query }))
  await arrived.promise
  asked.destroy()
  await closed
  // When the gateway responds to this later request, it has seen the disconnect.
  await ask(gateway.url, '{ __typename }')
  try {
    if (!answers) await vi.waitUntil(() => over, WITHIN)
  } finally {
    release.resolve()
  }
  return ended.promise
}

test.each(Object.entries(WAYS))('a query is cancelled if no client waits for it: %s', async (_, headers) => {
  expect(await goAway('{ products { id } }', headers, false)).toBe(true)
})

test.each(Object.entries(WAYS))('a mutation is not cancelled: %s', async (_, headers) => {
  expect(await goAway('mutation { rename(id: "1", name: "x") { id } }', headers, true)).toBe(false)
})
