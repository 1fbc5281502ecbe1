import { expect, test } from 'vitest'
import { cacheHeaders } from './cache-headers.ts'

test('Cache-Status is in the form of RFC 9211', () => {
  expect(cacheHeaders({ kind: 'hit', level: 'redis', age: 3 })).toEqual({
    'cache-status': 'tessera; hit; detail=redis',
    age: '3',
  })
  expect(cacheHeaders({ kind: 'forwarded', why: 'miss', stored: true })).toEqual({
    'cache-status': 'tessera; fwd=miss; stored',
  })
  expect(cacheHeaders({ kind: 'forwarded', why: 'miss', stored: true, collapsed: true })).toEqual({
    'cache-status': 'tessera; fwd=miss; collapsed; stored',
  })
  expect(cacheHeaders({ kind: 'forwarded', why: 'stale', stored: false, detail: 'too old' })).toEqual({
    'cache-status': 'tessera; fwd=stale; detail="too old"',
  })
})
