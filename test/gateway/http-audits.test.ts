import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGraph, type Graph } from './support/graph.ts'

/**
 * Audits of GraphQL over HTTP that the gateway fails on purpose. For `application/json`, the draft prefers 200 for documents
 * that cannot be executed, because older clients could not distinguish a response of GraphQL from one of a proxy. Apollo Server
 * and Apollo Router send 400, and clients and monitoring rely on it. Clients that want the draft's statuses send
 * `accept: application/graphql-response+json`, for which both agree.
 */
const KEPT: Record<string, string> = {
  '572B': 'SHOULD use 200 status code on document parsing failure when accepting application/json',
  FDE2: 'SHOULD use 200 status code on document validation failure when accepting application/json',
  '7B9B': 'SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
  // The audit sends `accept: */*`, like an image or a script. See ADR 0015.
  '5A70': 'MAY accept application/x-www-form-urlencoded formatted GET requests',
}

const graphs: Graph[] = []
beforeAll(async () => {
  graphs.push(await startGraph(), await startGraph({ FAST_PATH: 'off' }))
})
afterAll(async () => {
  await Promise.all(graphs.map((graph) => graph[Symbol.asyncDispose]()))
})

describe.each(['by the fast path', 'by Apollo Server'])('GraphQL over HTTP, %s', (way) => {
  const url = () => `${graphs[way === 'by the fast path' ? 0 : 1]?.gateway.url}/graphql`
  const audits = serverAudits({ url })

  test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s %s',
    async (id, name, audit) => {
      const { status } = await audit.fn()
      const failure = name.startsWith('MAY') ? 'notice' : 'warn'
      expect([name, status]).toEqual(id in KEPT ? [KEPT[id], failure] : [name, 'ok'])
    },
  )

  test('the exceptions are audits that exist', () => {
    const ids = new Set(audits.map(({ id }) => id))
    expect(Object.keys(KEPT).filter((id) => !ids.has(id))).toEqual([])
  })
})
