import { createRandom } from '../../local/seed/random.ts'
import type { Outgoing } from '../support/load.ts'
import type { Workload } from './workloads/workload.ts'

/**
 * The `Authorization` header of a request: none, a random one of several (the same if there is only one), or a
 * different one in each request.
 */
export type Authorization =
  | { kind: 'none' }
  | { kind: 'one-of'; values: readonly string[] }
  | { kind: 'unique' }

/** The requests of a workload as bytes. The key of a request is the index of its variables. */
export type Requests = {
  /** The bodies, by key. */
  readonly bodies: readonly string[]
  /** One request for each key. */
  each(authorization: Authorization): Outgoing[]
  /** An endless sequence of requests. The same seed gives the same sequence. */
  sequence(seed: number, authorization: Authorization): () => Outgoing
}

export function makeRequests({ query, variables }: Workload): Requests {
  const bodies = variables.map((values) =>
    JSON.stringify({ query, operationName: nameOf(query), variables: values }),
  )
  const plain = bodies.map((body) => toBytes(body, ''))
  let uniques = 0

  function request(key: number, authorization: Authorization, pick: (count: number) => number): Outgoing {
    if (authorization.kind === 'none') return { key, bytes: plain[key] ?? Buffer.alloc(0) }
    const { kind } = authorization
    const value =
      kind === 'unique'
        ? `unique-${uniques++}`
        : (authorization.values[pick(authorization.values.length)] ?? '')
    return { key, bytes: toBytes(bodies[key] ?? '', `authorization: Bearer ${value}\r\n`) }
  }

  return {
    bodies,
    each: (authorization) => bodies.map((_, key) => request(key, authorization, () => 0)),
    sequence(seed, authorization) {
      const random = createRandom(seed, 'requests of the benchmark')
      return () => request(random.below(bodies.length), authorization, random.below)
    },
  }
}

function nameOf(query: string): string | undefined {
  return /\b(?:query|mutation)\s+(\w+)/.exec(query)?.[1]
}

export function toBytes(body: string, headers: string): Buffer {
  return Buffer.from(
    `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: application/json\r\n` +
      `${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
