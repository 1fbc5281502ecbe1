import type { GraphQLSchema } from 'graphql'
import type { Log } from '../../platform/log.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { loadGraph, type Graph, type GraphOptions, type GraphSource } from './load-graph.ts'
import { warmUp } from './warm-up.ts'

/** The graph that is served, and those before it that still have requests in flight. */
export type Graphs = AsyncDisposable & {
  /** What a new request is to use. */
  readonly current: Graph
  /** The graph with this schema; a request that began with a schema ends with it. */
  of(schema: GraphQLSchema): Graph
  /** Keeps a graph from being closed; call the result once, when the request has ended. */
  hold(graph: Graph): () => void
  /**
   * Loads a supergraph beside the one that is served, plans the operations that were asked for last, then serves it.
   * Replacements come one after the other.
   *
   * @throws UserFacingError when it cannot be served: the one before stays
   */
  replace(source: GraphSource): Promise<void>
  /** Told of each graph that begins to be served. @returns what ends the telling */
  onReplace(listener: (graph: Graph) => void): () => void
}

export async function openGraphs(first: GraphSource, options: GraphOptions): Promise<Graphs> {
  const { log } = options
  const bySchema = new WeakMap<GraphQLSchema, Graph>()
  const holders = new Map<Graph, number>()
  const listeners = new Set<(graph: Graph) => void>()
  const load = async (source: GraphSource) => {
    const graph = await loadGraph(source, options)
    bySchema.set(graph.schema, graph)
    holders.set(graph, 0)
    return graph
  }
  let current = await load(first)
  let replacing: Promise<unknown> = Promise.resolve()
  let disposed = false

  function closeUnused(graph: Graph): void {
    if (graph === current || holders.get(graph) !== 0) return
    holders.delete(graph)
    void close(graph, log)
  }

  async function replace(source: GraphSource): Promise<void> {
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
      if (!graph) throw new Error('a schema of no graph')
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

const CLOSED = 'The gateway is closing: no other supergraph is served any more.'

/** Operations planned ahead before a new supergraph is served. */
const WARMED = 500

async function close(graph: Graph, log: Log): Promise<void> {
  try {
    await graph[Symbol.asyncDispose]()
  } catch (error) {
    log.error({ err: error }, 'a supergraph that is no longer served was not closed')
  }
}
