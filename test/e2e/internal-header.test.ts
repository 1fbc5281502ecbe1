import { describe, expect, inject, it } from 'vitest'
import { services } from '../../contracts/topology.ts'
import { INTERNAL_HEADER, MAX_AGE_MS, signInternal } from '../../platform/internal-auth.ts'

const QUERY = JSON.stringify({ query: '{ __typename }' })

async function ask(service: (typeof services)[number], signature: string | null) {
  const response = await fetch(inject('system').subgraphUrls[service], {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(signature !== null && { [INTERNAL_HEADER]: signature }),
    },
    body: QUERY,
  })
  return { status: response.status, text: await response.text() }
}

describe.each(services)('the %s subgraph', (service) => {
  const { internalSecret } = inject('system')
  const other = services.find((name) => name !== service) ?? service

  it('accepts requests from the gateway', async () => {
    const { status, text } = await ask(service, signInternal(internalSecret, null, service, Date.now()))
    expect(status).toBe(200)
    expect(text).toContain('"Query"')
  })

  it.each([
    ['no signature', () => null, 'missing'],
    ['nonsense', () => 'v1.x.y', 'wrong'],
    [
      'an expired signature',
      () => signInternal(internalSecret, null, service, Date.now() - MAX_AGE_MS - 1),
      'expired',
    ],
    ['one for too long', () => signInternal(internalSecret, null, service, Date.now() + 60_000), 'too long'],
    [
      'one for another subgraph',
      () => signInternal(internalSecret, null, other, Date.now()),
      `for \\"${other}\\"`,
    ],
    ['one with another secret', () => signInternal('x'.repeat(32), null, service, Date.now()), 'wrong'],
  ])('rejects %s with 401, the reason and the remedy', async (_, sign, reason) => {
    const { status, text } = await ask(service, sign())
    expect(status).toBe(401)
    expect(text).toContain(reason)
    expect(text).toContain('Send the query to the gateway')
  })

  it('reports to anyone whether it is alive and ready', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const response = await fetch(new URL(path, inject('system').subgraphUrls[service]))
      expect(response.status).toBe(200)
    }
  })
})
