import { createCancellation, type Cancellable, type Cancellation } from '../../platform/cancellation.ts'
import { parseExactly } from '../execution/exact-number.ts'
import type { NumberPlaces } from '../execution/number-places.ts'
import { cancelled } from './fault.ts'
import type { SubgraphError } from '../execution/subgraph-request.ts'
import type { GraphQLResponse } from './response.ts'

/** A fetch of entities. Its body is `head`, the representations separated by commas, and `]}}`. */
export type EntityFetch = { head: string; representations: readonly string[] }

/** Limits of a batch. In a larger one, small fetches would wait for large ones. */
const MAX_FETCHES = 64
const MAX_REPRESENTATIONS = 500

/** The client request that needs a fetch. It is cancelled when it no longer waits for the response. */
type Asker = { cancellation?: Cancellation | undefined }

/** Sends one request. @throws SubgraphFault */
export type SendBatch<Caller> = (
  caller: Caller,
  body: string,
  cancellation: Cancellation | undefined,
  numbers: NumberPlaces | undefined,
) => Promise<GraphQLResponse>

/** One of the fetches in a batch. */
type Waiter = {
  representations: readonly string[]
  /** The index of each of its representations in the batch. */
  slots: readonly number[]
  cancellation: Cancellation | undefined
  /**
   * Unsubscribes from the caller's cancellation. The client's request lives longer than the batch. Without this, it would
   * keep the batch and all its fetches in memory.
   */
  unsubscribe: () => void
  resolve: (response: GraphQLResponse) => void
  reject: (error: unknown) => void
}

type Batch<Caller> = {
  head: string
  /** The same for all fetches, because they have the same head. */
  numbers: NumberPlaces | undefined
  /** The caller whose headers are sent. All callers have the same headers. */
  caller: Caller
  waiters: Waiter[]
  /** The distinct representations, with their indices. */
  slots: Map<string, number>
  /** Null if a caller cannot be cancelled. */
  cancellation: Cancellable | null
  gone: number
}

/**
 * Merges the fetches of entities that begin in one turn of the event loop into one request. They must have the same
 * operation and variables, and the same headers object, so they are for the same viewer. Each caller gets results of its
 * own, which it may change, and its own errors. If the request fails, each fetch is sent separately, so that one fetch
 * cannot break another.
 */
export type Batches<Caller> = {
  ask(headers: object, fetch: EntityFetch, caller: Caller, numbers?: NumberPlaces): Promise<GraphQLResponse>
}

/**
 * @param concernsTheRequest whether the fetches can succeed separately after this fault
 * @param onJoin called when a fetch becomes part of the request of another
 */
export function createBatches<Caller extends Asker>(
  send: SendBatch<Caller>,
  concernsTheRequest: (fault: unknown) => boolean,
  onJoin: () => void = () => {},
): Batches<Caller> {
  // A new Map for each turn: V8 links the tables of a Map that was cleared, and would keep all batches in memory.
  let gathering = new Map<object, Map<string, Batch<Caller>>>()

  function batchFor(
    headers: object,
    fetch: EntityFetch,
    caller: Caller,
    numbers: NumberPlaces | undefined,
  ): Batch<Caller> {
    let ofHeaders = gathering.get(headers)
    if (!ofHeaders) {
      if (gathering.size === 0) setImmediate(dispatchAll)
      ofHeaders = new Map()
      gathering.set(headers, ofHeaders)
    }
    const known = ofHeaders.get(fetch.head)
    // All its callers may have been cancelled.
    if (known && !known.cancellation?.cancelled && hasRoom(known, fetch)) return known
    if (known) void dispatch(known)
    const batch: Batch<Caller> = {
      head: fetch.head,
      numbers,
      caller,
      waiters: [],
      slots: new Map(),
      cancellation: createCancellation(),
      gone: 0,
    }
    ofHeaders.set(fetch.head, batch)
    return batch
  }

  function dispatchAll(): void {
    const gathered = gathering
    gathering = new Map()
    for (const ofHeaders of gathered.values()) for (const batch of ofHeaders.values()) void dispatch(batch)
  }

  async function dispatch(batch: Batch<Caller>): Promise<void> {
    const { caller, numbers, waiters, slots, cancellation } = batch
    if (cancellation?.cancelled) return
    try {
      const response = await send(
        caller,
        bodyOf(batch.head, slots.keys()),
        cancellation ?? undefined,
        numbers,
      )
      if (waiters.length === 1) waiters[0]?.resolve(response)
      else if (isWhole(response, slots.size)) share(response, waiters)
      else repeat(batch)
    } catch (error) {
      if (waiters.length > 1 && concernsTheRequest(error)) repeat(batch)
      else for (const { reject } of waiters) reject(error)
    } finally {
      for (const { unsubscribe } of waiters) unsubscribe()
    }
  }

  function repeat({ head, numbers, caller, waiters }: Batch<Caller>): void {
    for (const { representations, cancellation, resolve, reject } of waiters) {
      if (cancellation?.cancelled) continue
      send(caller, bodyOf(head, representations), cancellation, numbers).then(resolve, reject)
    }
  }

  return {
    ask(headers, fetch, caller, numbers) {
      const { cancellation } = caller
      if (cancellation?.cancelled) return Promise.reject(cancelled())
      const batch = batchFor(headers, fetch, caller, numbers)
      if (batch.waiters.length > 0) onJoin()
      return new Promise((resolve, reject) => {
        const slots = slotsIn(batch, fetch.representations)
        const unsubscribe = cancellation?.onCancel(() => {
          reject(cancelled())
          if (++batch.gone === batch.waiters.length) batch.cancellation?.cancel()
        })
        // A caller that cannot be cancelled needs the response.
        if (!cancellation) batch.cancellation = null
        const { representations } = fetch
        batch.waiters.push({
          representations,
          slots,
          cancellation,
          unsubscribe: unsubscribe ?? nothing,
          resolve,
          reject,
        })
      })
    },
  }
}

function nothing(): void {}

function hasRoom({ waiters, slots }: Batch<unknown>, { representations }: EntityFetch): boolean {
  return waiters.length < MAX_FETCHES && slots.size + representations.length <= MAX_REPRESENTATIONS
}

function slotsIn({ slots }: Batch<unknown>, representations: readonly string[]): number[] {
  return representations.map((text) => slots.getOrInsert(text, slots.size))
}

function bodyOf(head: string, representations: Iterable<string>): string {
  return `${head}${[...representations].join(',')}]}}`
}

/** Whether the response can be divided: it has all entities, and each error names its entity. */
function isWhole({ data, errors }: GraphQLResponse, expected: number): boolean {
  const entities = data?.['_entities']
  if (!Array.isArray(entities) || entities.length !== expected) return false
  return errors.every(({ path }) => path?.[0] === '_entities' && Number(path[1]) in entities)
}

/** Resolves all fetches synchronously, before a caller can change an entity that others get too. */
function share(response: GraphQLResponse, waiters: readonly Waiter[]): void {
  const { data, errors, extensions, plain = false, exact, sentAs } = response
  const entities = data?.['_entities'] as unknown[]
  const given = new Set<number>()
  for (const { slots, resolve } of waiters) {
    const own = slots.map((slot) => {
      if (given.has(slot)) return copied(entities[slot], exact)
      given.add(slot)
      return entities[slot]
    })
    const reported = errors.length === 0 ? errors : errors.flatMap((error) => errorsAt(error, slots))
    resolve({
      data: { _entities: own },
      errors: reported,
      extensions: extensionsAt(extensions, slots),
      plain,
      exact,
      sentAs,
    })
  }
}

/** The facets of each representation go with it. */
function extensionsAt(
  extensions: GraphQLResponse['extensions'],
  slots: readonly number[],
): GraphQLResponse['extensions'] {
  const facets = extensions?.['facets']
  return Array.isArray(facets)
    ? { ...extensions, facets: slots.map((slot) => facets[slot] as unknown) }
    : extensions
}

/** A copy of an entity that another caller gets, before that one can change it. */
function copied(entity: unknown, exact = false): unknown {
  const text = JSON.stringify(entity)
  return exact ? parseExactly(text) : JSON.parse(text)
}

/** An error of an entity of the batch, with its path in the response to one fetch. */
function errorsAt(error: SubgraphError, slots: readonly number[]): SubgraphError[] {
  const [name = '_entities', slot, ...rest] = error.path ?? []
  const index = slots.indexOf(Number(slot))
  return index < 0 ? [] : [{ ...error, path: [name, index, ...rest] }]
}
