import type { GraphQLSchema } from 'graphql'
import type { RecentOperation } from '../execution/plan-cache.ts'
import type { Log } from '../../platform/log.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import {
  loadSupergraph,
  type LoadedSupergraph,
  type SupergraphOptions,
  type SupergraphSource,
} from './load-supergraph.ts'

/** The supergraph that is served, and earlier ones that still have requests in flight. */
export type SupergraphManager = AsyncDisposable & {
  /** For new requests. */
  readonly current: LoadedSupergraph
  /** The supergraph with this schema. A request uses the schema with which it began. */
  of(schema: GraphQLSchema): LoadedSupergraph
  /** Prevents a supergraph from being closed. Call the result once when the request has ended. */
  hold(graph: LoadedSupergraph): () => void
  /**
   * Loads a supergraph while the current one is served, plans recent operations, then serves it. Replacements run one after
   * the other.
   *
   * @throws UserFacingError if it cannot be served. The current one stays.
   */
  replace(source: SupergraphSource): Promise<void>
  /** Calls back when another supergraph is served. @returns a function that unsubscribes */
  onReplace(listener: (graph: LoadedSupergraph) => void): () => void
}

export async function openSupergraphManager(
  first: SupergraphSource,
  options: SupergraphOptions,
): Promise<SupergraphManager> {
  const { log } = options
  const bySchema = new WeakMap<GraphQLSchema, LoadedSupergraph>()
  const holders = new Map<LoadedSupergraph, number>()
  const listeners = new Set<(graph: LoadedSupergraph) => void>()
  const load = async (source: SupergraphSource) => {
    const graph = await loadSupergraph(source, options)
    bySchema.set(graph.schema, graph)
    holders.set(graph, 0)
    return graph
  }
  let current = await load(first)
  let replacing: Promise<unknown> = Promise.resolve()
  let disposed = false

  function closeUnused(graph: LoadedSupergraph): void {
    if (graph === current || holders.get(graph) !== 0) return
    holders.delete(graph)
    void close(graph, log)
  }

  async function replace(source: SupergraphSource): Promise<void> {
    if (disposed) throw new UserFacingError(CLOSED)
    const next = await load(source)
    await warmUp(next, current.operations.recent(WARMED), () => disposed)
    const before = current
    if (disposed) throw new UserFacingError(CLOSED)
    current = next
    try {
      for (const listener of listeners) listener(next)
    } finally {
      closeUnused(before)
    }
  }

  return {
    get current() {
      return current
    },
    of(schema) {
      const graph = bySchema.get(schema)
      if (!graph) throw new Error('The schema belongs to no supergraph.')
      return graph
    },
    hold(graph) {
      holders.set(graph, (holders.get(graph) ?? 0) + 1)
      return () => {
        holders.set(graph, (holders.get(graph) ?? 0) - 1)
        closeUnused(graph)
      }
    },
    replace(source) {
      const replaced = replacing.then(() => replace(source))
      replacing = replaced.catch(() => undefined)
      return replaced
    },
    onReplace(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async [Symbol.asyncDispose]() {
      disposed = true
      await replacing
      await Promise.all([...holders.keys()].map((graph) => graph[Symbol.asyncDispose]()))
    },
  }
}

const CLOSED = 'The gateway is closing, so the supergraph is not replaced.'

/** The number of operations that are planned before a new supergraph is served. */
const WARMED = 500

/** Maximum time that a new supergraph waits until the operations of the previous one are planned, in milliseconds. */
const WARM_UP_MS = 10_000

/** Plans and compiles recent operations over the new supergraph, as far as they are still valid. */
async function warmUp(
  graph: LoadedSupergraph,
  recent: readonly RecentOperation[],
  isStopped: () => boolean,
): Promise<void> {
  const began = performance.now()
  // The newest operation is added last, so the cache drops it last.
  for (const operation of recent.toReversed()) {
    if (isStopped() || performance.now() - began > WARM_UP_MS) return
    const document = graph.operations.documentOf(operation.source) ?? graph.parseValid(operation.source)
    // The client that requests the operation gets the error.
    if (document) await graph.operations.warm(document, operation).catch(() => undefined)
  }
}

async function close(graph: LoadedSupergraph, log: Log): Promise<void> {
  try {
    await graph[Symbol.asyncDispose]()
  } catch (error) {
    log.error({ err: error }, 'the previous supergraph could not be closed')
  }
}
