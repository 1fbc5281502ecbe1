import { dayOf, type GatewayState, type OperationDetails, type UsageChunk, type Use } from './usage-store.ts'

/** The use of one operation in a batch. */
export type OperationUse = {
  details: OperationDetails
  uses: Map<string, Use>
  /** Schema coordinates in the variables. */
  inputs: Set<string>
}

/** What a gateway has recorded since its last batch. */
export class UsageBatch {
  readonly from: number
  readonly operations = new Map<string, OperationUse>()
  lost = 0
  #entries = 0
  #characters = 0

  /** @param from milliseconds since 1970 */
  constructor(from: number) {
    this.from = from
  }

  /** Pairs of an operation and a client. */
  get entries(): number {
    return this.#entries
  }

  /** The entry of an operation. Null if the batch is full, or the operation is too long. */
  operation(details: OperationDetails): OperationUse | null {
    const known = this.operations.get(details.signature)
    if (known) return known
    const size = sizeOf(details)
    if (size > MAX_OPERATION) return null
    if (this.#entries >= MAX_ENTRIES || this.#characters + size > MAX_CHARACTERS) return null
    this.#characters += size
    const added: OperationUse = { details, uses: new Map(), inputs: new Set() }
    this.operations.set(details.signature, added)
    return added
  }

  /** Counts a request. @returns whether there was room for it */
  count({ details: { signature }, uses }: OperationUse, client: string, now: number): boolean {
    const use = uses.get(client)
    if (use) {
      use.count++
      use.lastUsed = now
      return true
    }
    if (this.#entries >= MAX_ENTRIES) return false
    this.#entries++
    uses.set(client, { signature, client, count: 1, lastUsed: now })
    return true
  }
}

/** Limits of a batch: its pairs of an operation and a client, and the characters of its operations. About 20 MB. */
const MAX_ENTRIES = 10_000
const MAX_CHARACTERS = 8_388_608

/** Maximum characters of an operation and its coordinates. */
const MAX_OPERATION = 65_536

/** Limits of a chunk. Redis does nothing else while it writes one. */
const CHUNK_OPERATIONS = 200
const CHUNK_CHARACTERS = 262_144

export const sizeOf = ({ document, coordinates }: OperationDetails): number =>
  coordinates.reduce((size, coordinate) => size + coordinate.length, document.length)

type ChunkOptions = {
  gateway: string
  /** End of the batch, in milliseconds since 1970. */
  to: number
  state: GatewayState
  /** Makes the next sequence number. */
  next: () => number
}

/** A batch as chunks, of which the last completes it. There is at least one, because it also says that the gateway records. */
export function chunksOf(batch: UsageBatch, { gateway, to, state, next }: ChunkOptions): UsageChunk[] {
  const { from, lost } = batch
  const groups: OperationUse[][] = [[]]
  let characters = 0
  for (const operation of batch.operations.values()) {
    const group = groups.at(-1) ?? []
    characters += sizeOf(operation.details)
    if (group.length > 0 && (group.length >= CHUNK_OPERATIONS || characters > CHUNK_CHARACTERS)) {
      groups.push([operation])
      characters = sizeOf(operation.details)
    } else group.push(operation)
  }
  const common = { day: dayOf(from), gateway, from, end: to }
  return groups.map((group, i) => ({
    ...common,
    sequence: next(),
    ...(i < groups.length - 1 ? { to: from, state: 'recording' as const, lost: 0 } : { to, state, lost }),
    operations: group.map(({ details }) => details),
    uses: group.flatMap(({ uses }) => [...uses.values()]),
    inputs: group.flatMap(({ details: { signature }, inputs }) =>
      [...inputs].map((coordinate) => ({ signature, coordinate })),
    ),
  }))
}
