import type { CacheStatus } from '../execution/operation.ts'

/** `Cache-Status` (RFC 9211) and `Age` of a response. */
export function cacheHeaders(cache: CacheStatus): { 'cache-status': string; age?: string } {
  if (cache.kind === 'hit') {
    return { 'cache-status': `tessera; hit; detail=${cache.level}`, age: String(cache.age) }
  }
  const { why, stored, detail, collapsed = false } = cache
  const rest = `${collapsed ? '; collapsed' : ''}${stored ? '; stored' : ''}${detail === undefined ? '' : `; detail="${detail}"`}`
  return { 'cache-status': `tessera; fwd=${why}${rest}` }
}
