import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/resolvers.js'
import { parse } from 'graphql'
import { createEntityMemo } from './entity-memo.ts'
import { createExecutor, type GraphQLParams } from '../../platform/graphql/executor.ts'

/** Maximum number of responses that one subgraph stores. Any further distinct request is executed each time. */
const KEPT = 200_000

export type SubgraphDefinition = { name: string; sdl: string; resolvers: object }

/** An HTTP response as bytes, and the numbers of all and of distinct representations in its request. */
export type Answer = { bytes: Buffer; representations: number; unique: number }

/** Counts of the requests to a subgraph since its start. */
export type Counts = { requests: number; executed: number; representations: number; unique: number }

export type Memo = {
  readonly counts: Counts
  /** Returns a stored response at once, and a new one when it has been executed. */
  respond(body: Buffer): Answer | Promise<Answer>
}

/** Wraps a real subgraph. It executes each distinct request body at most once, then serves the stored bytes. */
export function memoise({ sdl, resolvers }: SubgraphDefinition): Memo {
  const typeDefs = parse(sdl)
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as GraphQLResolverMap }])
  const execute = createExecutor(schema)
  const answers = new Map<string, Answer>()
  const entities = createEntityMemo()
  const counts: Counts = { requests: 0, executed: 0, representations: 0, unique: 0 }

  async function make(body: string): Promise<Answer> {
    const params = JSON.parse(body) as GraphQLParams
    const representations = representationsOf(params)
    const result = await execute(params, {})
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
    respond(bytes) {
      const body = bytes.toString('utf8')
      const known = answers.get(body)
      if (known) return count(known)
      const composed = entities.find(body)
      return composed ? count(compose(composed)) : make(body)
    },
  }
}

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

function toResponse(json: string): Buffer {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: `
  return Buffer.from(`${head}${Buffer.byteLength(json)}\r\n\r\n${json}`)
}
