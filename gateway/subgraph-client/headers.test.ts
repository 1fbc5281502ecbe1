import { expect, test } from 'vitest'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import { FACETS_HEADER } from '../../contracts/facets.ts'
import { INTERNAL_HEADER, LIFE_MS, verifyInternal, type Viewer } from '../../platform/internal-auth.ts'
import { requestHeaders, type Caller, type ClientHeaders } from './headers.ts'
import type { SubgraphTarget } from './target.ts'

const SECRET = 'a secret that is long enough to be one'
const ALICE: Viewer = { id: 'alice', session: 's' }

function internal() {
  const state = { now: 1_000_000 }
  const headersOf = requestHeaders({ kind: 'internal', url: 'http://users/' }, 'users', {
    secret: SECRET,
    clock: () => state.now,
  })
  const of = (viewer: Viewer | null, more: Pick<Caller, 'consistency' | 'reportFacets'> = {}) =>
    headersOf({ viewer, headers: {}, ...more })
  const verify = (headers: ClientHeaders) =>
    verifyInternal(SECRET, headers[INTERNAL_HEADER], 'users', state.now)
  return { state, of, verify }
}

test('a signature is reused for 5 s and then renewed, long before it expires', () => {
  const { state, of, verify } = internal()
  const first = of(ALICE)
  state.now += 4_999
  expect(of({ ...ALICE })).toBe(first)
  state.now += 1
  const second = of(ALICE)
  expect(second).not.toBe(first)
  state.now += LIFE_MS - 1
  expect(verify(second)).toEqual({ ok: true, viewer: ALICE })
  expect(verify(first)).toMatchObject({ ok: false })
})

test('a token has its own headers, which are reused and signed like those without a token', () => {
  const { state, of, verify } = internal()
  const token = (handedOn: string) => ({ consistency: { handedOn } })
  const first = of(ALICE, token('[1]'))
  expect(first).toEqual({ ...of(ALICE), [CONSISTENCY_HEADER]: '[1]' })
  expect(of({ ...ALICE }, token('[1]'))).toBe(first)
  expect(of(ALICE, { consistency: null })).toBe(of(ALICE))
  const all = [
    first,
    of(ALICE),
    of(ALICE, token('[2]')),
    of(null, token('[1]')),
    of(null, token('[2]')),
    of(null),
  ]
  expect(new Set(all).size).toBe(all.length)
  state.now += 5_000
  const renewed = of(ALICE, token('[1]'))
  expect(renewed).not.toBe(first)
  state.now += LIFE_MS - 1
  expect(verify(renewed)).toEqual({ ok: true, viewer: ALICE })
})

test('facets are asked for only by requests that need them, which share their headers with no others', () => {
  const { of, verify } = internal()
  const consistency = { handedOn: '[1]' }
  for (const viewer of [ALICE, null])
    for (const more of [{}, { consistency }]) {
      const reporting = of(viewer, { ...more, reportFacets: true })
      expect(of(viewer, more)).not.toHaveProperty(FACETS_HEADER)
      expect(reporting).toEqual({ ...of(viewer, more), [FACETS_HEADER]: '1' })
      expect(of(viewer, { ...more, reportFacets: true })).toBe(reporting)
      expect(verify(reporting)).toEqual({ ok: true, viewer })
    }
})

test('a clock that was set back renews the signature, which would be valid for too long', () => {
  const { state, of, verify } = internal()
  of(ALICE)
  state.now -= 60_000
  expect(verify(of(ALICE))).toEqual({ ok: true, viewer: ALICE })
})

test('every viewer has their own signature, whatever their ids and sessions look like', () => {
  const { of, verify } = internal()
  const viewers = [
    null,
    ALICE,
    { id: 'alice', session: null },
    { id: '1 s alice', session: null },
    { id: 'id alice', session: null },
    { id: 'alice', session: '-' },
    { id: 'b', session: 's a' },
    { id: 'a b', session: 's' },
    { id: '', session: null },
    { id: '', session: '' },
  ]
  for (const viewer of [...viewers, ...viewers]) expect(verify(of(viewer))).toEqual({ ok: true, viewer })
  expect(new Set(viewers.map((viewer) => of(viewer))).size).toBe(viewers.length)
})

test('external subgraphs: equal values give the same object; different or missing values do not', () => {
  const headersOf = requestHeaders(
    {
      kind: 'external',
      url: 'http://x/',
      headers: { propagate: ['X-A', 'x-b', 'host'], insert: { 'X-C': 'c' } },
    },
    'x',
    null,
  )
  const of = (headers: ClientHeaders) => headersOf({ viewer: ALICE, headers })
  const json = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
    'accept-encoding': 'gzip, br, zstd, deflate',
  }
  expect(of({ 'x-a': '1', 'x-b': '2', host: 'h', cookie: 'k' })).toEqual({
    'x-a': '1',
    'x-b': '2',
    'x-c': 'c',
    ...json,
  })
  expect(of({ 'x-a': '1', 'x-b': '2', cookie: 'other' })).toBe(of({ 'x-a': '1', 'x-b': '2' }))
  const different = [
    {},
    { 'x-a': '' },
    { 'x-b': '' },
    { 'x-a': '1' },
    { 'x-b': '1' },
    { 'x-a': '1-', 'x-b': '' },
    { 'x-a': '11 1', 'x-b': '' },
  ]
  expect(new Set(different.map(of)).size).toBe(different.length)
})

test('configured headers override client headers; without rules, all requests share one object', () => {
  const rules = { propagate: ['x-a'], insert: { 'x-a': 'ours' } }
  const headersOf = requestHeaders({ kind: 'external', url: 'http://x/', headers: rules }, 'x', null)
  expect(headersOf({ viewer: null, headers: { 'x-a': 'theirs' } })['x-a']).toBe('ours')
  const none = requestHeaders(
    { kind: 'external', url: 'http://x/', headers: { propagate: [], insert: {} } },
    'x',
    null,
  )
  expect(none({ viewer: null, headers: { 'x-a': '1' } })).toBe(none({ viewer: ALICE, headers: {} }))
})

test('external subgraphs are asked for compressed responses unless configured otherwise; our own never are', () => {
  const asked = (target: SubgraphTarget) =>
    requestHeaders(target, 'x', { secret: 's'.repeat(32), clock: () => 0 })({ viewer: null, headers: {} })[
      'accept-encoding'
    ]
  const foreign = { kind: 'external', url: 'http://x/', headers: { propagate: [], insert: {} } } as const
  expect(asked(foreign)).toBe('gzip, br, zstd, deflate')
  expect(asked({ ...foreign, compression: false })).toBeUndefined()
  expect(asked({ kind: 'internal', url: 'http://x/' })).toBeUndefined()
})
