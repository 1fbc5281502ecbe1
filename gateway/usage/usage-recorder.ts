import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../../platform/clock.ts'
import type { JsonObject } from '../execution/json.ts'
import { fingerprint } from '../execution/operation-identity.ts'
import { clientText } from './client.ts'
import { normaliseOperation } from './normalise-operation.ts'
import { operationCoordinates } from './operation-coordinates.ts'
import { UsageBatch, type OperationUse } from './usage-batch.ts'
import type { OperationDetails } from './usage-store.ts'
import { variableCoordinates } from './variable-coordinates.ts'

/** An operation with valid variables, as a client requested it. */
export type RequestedOperation = {
  document: DocumentNode
  operation: OperationDefinitionNode
  /** As the client sent them. */
  variables: JsonObject
}

/** What is known of an operation, and its entry in the batch in which it was last counted. */
type Profile = {
  details: OperationDetails
  collect: ReturnType<typeof variableCoordinates>
  batch: UsageBatch | null
  use: OperationUse | null
}

/** Counts the use of operations in memory. */
export class UsageRecorder {
  recorded = 0
  lost = 0
  readonly #clock: Clock
  /** An operation of a cached document is the same object for all requests. */
  readonly #profiles = new WeakMap<OperationDefinitionNode, Profile>()
  #batch: UsageBatch

  /** @param clock in milliseconds since 1970 */
  constructor(clock: Clock) {
    this.#clock = clock
    this.#batch = new UsageBatch(clock())
  }

  get entries(): number {
    return this.#batch.entries
  }

  /** When the current batch began. Milliseconds since 1970. */
  get since(): number {
    return this.#batch.from
  }

  /** Counts one request. A hot path. It never throws: a request is more important than its record. */
  record(schema: GraphQLSchema, requested: RequestedOperation, headers: IncomingHttpHeaders): void {
    try {
      if (this.#count(schema, requested, headers)) this.recorded++
      else this.lose(1)
    } catch {
      this.lose(1)
    }
  }

  /** Counts requests whose record is lost. */
  lose(count: number): void {
    this.lost += count
    this.#batch.lost += count
  }

  /** Begins another batch. @returns the one that has ended */
  take(now: number): UsageBatch {
    const batch = this.#batch
    this.#batch = new UsageBatch(now)
    return batch
  }

  #count(schema: GraphQLSchema, requested: RequestedOperation, headers: IncomingHttpHeaders): boolean {
    const batch = this.#batch
    let profile = this.#profiles.get(requested.operation)
    if (!profile) {
      profile = profileOf(schema, requested)
      this.#profiles.set(requested.operation, profile)
    }
    if (profile.batch !== batch) {
      profile.batch = batch
      profile.use = null
    }
    const use = (profile.use ??= batch.operation(profile.details))
    if (!use || !batch.count(use, clientText(headers), this.#clock())) return false
    profile.collect?.(requested.variables, use.inputs)
    return true
  }
}

/** Characters of a signature: 132 bits. */
const SIGNATURE_LENGTH = 22

function profileOf(schema: GraphQLSchema, { document, operation }: RequestedOperation): Profile {
  const text = normaliseOperation(document, operation)
  return {
    details: {
      signature: fingerprint(text).slice(0, SIGNATURE_LENGTH),
      name: operation.name?.value ?? null,
      document: text,
      coordinates: operationCoordinates(schema, document, operation),
    },
    collect: variableCoordinates(schema, operation),
    batch: null,
    use: null,
  }
}
