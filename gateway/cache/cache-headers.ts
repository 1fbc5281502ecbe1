import type { CacheStatus } from '../execution/operation.ts'

/** `Cache-Status` (RFC 9211) and `Age` of a response. */
export function cacheHeaders(cache: CacheStatus): { 'cache-status': string; age?: string } {
  if (cache.kind === 'miss')
    return {
      'cache-status': `tessera; fwd=miss${cache.reason === 'stored' ? '; stored' : `; detail="${cache.reason}"`}`,
    }
  return { 'cache-status': 'tessera; hit', age: String(cache.age) }
}
