import type { Piece } from './patch.ts'

const MEMORY_CACHE = 'patterns/cache-aside/memory-cache.ts'
const RESPONSE_CACHE = 'gateway/cache/response-cache.ts'

/** Known bugs of caches that events invalidate, with the production code that they replace. */
export const CACHE_PLANTS = {
  /** A fill does not ask what was invalidated since its value was read. */
  'fill-unfenced': [
    {
      file: MEMORY_CACHE,
      find: "if (state.recent.mayHaveChanged(facets, read.offset)) return 'too old'",
      replace: '',
    },
    {
      file: MEMORY_CACHE,
      find: 'placeOf(at.get(name) ?? NOWHERE)',
      replace: 'placeOf(positions.get(name) ?? NOWHERE)',
    },
  ],
  /** What arrives now is taken to be from now. */
  'fresh-by-arrival': [
    {
      file: MEMORY_CACHE,
      find: 'tick: appliedAt(epoch, record), time: record.time',
      replace: 'tick: appliedAt(epoch, record), time: Date.now()',
    },
  ],
  /** A reader's token is not compared with what the cache knows. */
  'token-ignored': [
    {
      file: 'gateway/cache/freshness.ts',
      find: 'else if (token.size > 0 && !isFresh(token,',
      replace: 'else if (token.size < 0 && !isFresh(token,',
    },
  ],
  /** The keys of private values do not name the viewer. */
  'private-for-all': [
    {
      file: 'gateway/cache/for-viewer.ts',
      find: "const name = viewer ? keyOf(viewer) : ''",
      replace: "const name = viewer && keyOf(viewer) ? '' : ''",
    },
  ],
  /** A response with errors is stored. */
  'error-stored': [
    {
      file: RESPONSE_CACHE,
      find: 'if (stale || response.errors.length > 0) {',
      replace: 'if (stale) {',
    },
    { file: 'gateway/subgraphs.ts', find: 'rests.complete = false', replace: '' },
    {
      file: 'gateway/cache/rests.ts',
      find: 'if (!lists || (response.errors && response.errors.length > 0)) {\n      this.complete = false',
      replace: 'if (!lists) {',
    },
  ],
  /** A response lists the facets of its root, and not of the entities inside it that another service has. */
  'nested-facet-missing': [
    {
      file: 'gateway/cache/rests.ts',
      find: 'this.subgraphs.add(subgraph)\n',
      replace: 'this.subgraphs.add(subgraph)\nif (this.subgraphs.size > 1) return\n',
    },
  ],
  /** A copy moves, and does not say what it shows differently. */
  'copy-untouched': [
    {
      file: 'subgraphs/posts/domain/events.ts',
      find: "return event('copy.changed', { source: 'users' }, touches)",
      replace: "return event('copy.changed', { source: 'users' }, touches && [])",
    },
  ],
  /** An entry in Redis has the positions of its fill, and not those from before its value was read. */
  'redis-fill-unfenced': [
    {
      file: 'patterns/cache-aside/two-levels.ts',
      find: "if (redis && shared && (end === 'stored' || end === 'too large')) {",
      replace: 'if (redis && shared) {',
    },
    {
      file: 'patterns/cache-aside/two-levels.ts',
      find: 'placesOf(value, at)',
      replace: 'placesOf(value, memory.positions)',
    },
  ],
  /** The memory takes a value from Redis as if Redis knew what the memory knows. */
  'behind-taken': [
    {
      file: 'patterns/cache-aside/two-levels.ts',
      find: 'maxAgeMs: ttlMs }, ttlMs, places)',
      replace: 'maxAgeMs: ttlMs }, ttlMs, memory.positions)',
    },
  ],
  /** A memory that begins at the end of a log takes itself to know all that was invalidated before. */
  'position-at-top': [
    {
      file: 'patterns/cache-aside/follow-logs.ts',
      find: '(one.back ? lookBack : 0)',
      replace: '0',
    },
    {
      file: MEMORY_CACHE,
      find: 'const recent = recentInvalidations(offset, maxRecent)',
      replace: 'const recent = recentInvalidations(0, maxRecent)',
    },
  ],
  /** The key of an entity has its id, and not the fields that `@requires` has added. */
  'required-fields-ignored': [
    {
      file: 'gateway/cache/fetch-cache.ts',
      find: 'const shared = `${request.subgraph} ${selection} ${representation}`',
      replace: `const { __typename: name, id } = JSON.parse(representation || '{}')
  const shared = request.subgraph + ' ' + selection + ' ' + name + ' ' + id`,
    },
  ],
  /** A query in flight is joined by whoever asks the same, as long as it takes, and whatever was written since. */
  'flight-joined': [
    {
      file: 'gateway/supergraph/share-requests.ts',
      find: 'const identity = context.consistency ? null : operation.identity()',
      replace: 'const identity = operation.identity()',
    },
    {
      file: 'gateway/subgraph-client/coalesce.ts',
      find: 'if (!flight || flight.writes !== writes.ended || clock() - flight.began > JOIN_MS) return null',
      replace: 'if (!flight) return null',
    },
  ],
} satisfies Record<string, readonly Piece[]>
