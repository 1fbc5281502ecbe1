import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/resolvers.js'
import { parse } from 'graphql'
import { createExecutor, type GraphQLParams } from '../../platform/graphql/executor.ts'
import { reportFacets, type AttachReport, type FacetTable } from '../../service/graphql/report-facets.ts'
import { createEntityMemo, type EntityMemo } from './entity-memo.ts'

/** Maximum number of responses that one subgraph stores. Any further distinct request is executed each time. */
const KEPT = 200_000

export type SubgraphDefinition = {
  name: string
  sdl: string
  resolvers: object
  /** @default no facets are reported */
  facetTable?: FacetTable
}

/** An HTTP response as bytes, and the numbers of all and of distinct representations in its request. */
export type Answer = { bytes: Buffer; representations: number; unique: number }

/** Counts of the requests to a subgraph since its start. */
export type Counts = { requests: number; executed: number; representations: number; unique: number }

export type Memo = {
  readonly counts: Counts
  /**
   * Returns a stored response at once, and a new one when it has been executed.
   *
   * @param withFacets the response reports its facets
   */
  respond(body: Buffer, withFacets: boolean): Answer | Promise<Answer>
}

/** Wraps a real subgraph. It executes each distinct request body at most once, then serves the stored bytes. */
export function memoise({ sdl, resolvers, facetTable }: SubgraphDefinition): Memo {
  const typeDefs = parse(sdl)
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as GraphQLResolverMap }])
  const attachReport = facetTable ? reportFacets(schema, facetTable) : null
  const execute = createExecutor(schema)
  const stores = { plain: createStore(), withFacets: createStore() }
  const counts: Counts = { requests: 0, executed: 0, representations: 0, unique: 0 }

  async function make(
    body: string,
    { answers, entities }: Store,
    attach: AttachReport | null,
  ): Promise<Answer> {
    const params = JSON.parse(body) as GraphQLParams
    const representations = representationsOf(params)
    const context = {}
    const report = attach?.(context)
    const executed = await execute(params, context)
    const result = report ? { ...executed, extensions: { facets: report.facets() } } : executed
    entities.add(body, result)
    const response = {
      bytes: toResponse(JSON.stringify(result)),
      representations: representations.length,
      unique: new Set(representations.map((representation) => JSON.stringify(representation))).size,
    }
    counts.executed++
    if (answers.size < KEPT) answers.set(body, response)
    return count(response)
  }

  function count(response: Answer): Answer {
    counts.requests++
    counts.representations += response.representations
    counts.unique += response.unique
    return response
  }

  return {
    counts,
    respond(bytes, withFacets) {
      const body = bytes.toString('utf8')
      const store = withFacets ? stores.withFacets : stores.plain
      const known = store.answers.get(body)
      if (known) return count(known)
      const composed = store.entities.find(body)
      return composed ? count(compose(composed)) : make(body, store, withFacets ? attachReport : null)
    },
  }
}

/** Responses by body, and entities. Responses with facets have a store of their own. */
type Store = { answers: Map<string, Answer>; entities: EntityMemo }

const createStore = (): Store => ({ answers: new Map(), entities: createEntityMemo() })

/**
 * The representations in all variables: gateways name the variable differently, and may send several lists in one
 * request.
 */
function representationsOf({ variables }: GraphQLParams): unknown[] {
  return Object.values(variables ?? {})
    .filter((value) => Array.isArray(value))
    .flat()
    .filter((item) => typeof item === 'object' && item !== null && '__typename' in item)
}

function compose({ json, representations }: { json: string; representations: readonly string[] }): Answer {
  const { length } = representations
  return { bytes: toResponse(json), representations: length, unique: new Set(representations).size }
}

/** An HTTP response with this JSON. */
export function toResponse(json: string): Buffer {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: `
  return Buffer.from(`${head}${Buffer.byteLength(json)}\r\n\r\n${json}`)
}
