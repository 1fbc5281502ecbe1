import { expect, test } from 'vitest'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
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
  const of = (viewer: Viewer | null, more: Pick<Caller, 'consistency'> = {}) =>
    headersOf({ viewer, headers: {}, ...more })
  const verify = (headers: ClientHeaders) =>
    verifyInternal(SECRET, headers[INTERNAL_HEADER], 'users', state.now)
  return { state, of, verify }
}

test('a signature is used for 5 s, then made anew, long before it expires', () => {
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

test('a token has headers of its own, the same while the signature is, and signed like those without', () => {
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

test('a clock that was set back makes it anew: the signature would live too long', () => {
  const { state, of, verify } = internal()
  of(ALICE)
  state.now -= 60_000
  expect(verify(of(ALICE))).toEqual({ ok: true, viewer: ALICE })
})

test('every viewer has a signature of their own, whatever their ids and sessions look like', () => {
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

test('a foreign subgraph: the same values are the same object, others never, nor one that is missing', () => {
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

test('what the configuration inserts wins over what the client sent; without rules all have the same object', () => {
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

test('foreign subgraphs are asked for compressed responses, unless the configuration says otherwise; ours never are', () => {
  const asked = (target: SubgraphTarget) =>
    requestHeaders(target, 'x', { secret: 's'.repeat(32), clock: () => 0 })({ viewer: null, headers: {} })[
      'accept-encoding'
    ]
  const foreign = { kind: 'external', url: 'http://x/', headers: { propagate: [], insert: {} } } as const
  expect(asked(foreign)).toBe('gzip, br, zstd, deflate')
  expect(asked({ ...foreign, compression: false })).toBeUndefined()
  expect(asked({ kind: 'internal', url: 'http://x/' })).toBeUndefined()
})
