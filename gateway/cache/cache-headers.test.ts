import { expect, test } from 'vitest'
import { cacheHeaders } from './cache-headers.ts'

test('Cache-Status is in the form of RFC 9211', () => {
  expect(cacheHeaders({ kind: 'hit', age: 3 })).toEqual({ 'cache-status': 'tessera; hit', age: '3' })
  expect(cacheHeaders({ kind: 'miss', reason: 'stored' })).toEqual({
    'cache-status': 'tessera; fwd=miss; stored',
  })
  expect(cacheHeaders({ kind: 'miss', reason: 'not stored: too old' })).toEqual({
    'cache-status': 'tessera; fwd=miss; detail="not stored: too old"',
  })
})
