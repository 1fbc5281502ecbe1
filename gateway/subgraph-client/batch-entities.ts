import { createCancellation, type Cancellable, type Cancellation } from '../../platform/cancellation.ts'
import { parseExactly } from '../execution/exact-number.ts'
import type { NumberPlaces } from '../execution/number-places.ts'
import { cancelled } from './fault.ts'
import type { GraphQLResponse, SubgraphError } from './response.ts'

/** A fetch of entities in parts: its body is `head`, the representations with commas between them, and `]}}`. */
export type EntityFetch = { head: string; representations: readonly string[] }

/** Most fetches, and most representations, that are sent as one. More would make everybody wait for everybody. */
const MAX_FETCHES = 64
const MAX_REPRESENTATIONS = 500

/** Whoever asks. `cancellation` tells that they do not wait any more. */
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
  /** Where each of its representations is in the batch. */
  slots: readonly number[]
  cancellation: Cancellation | undefined
  /**
   * Takes back what tells of their going. The client's request lives on for a while; what it kept of the batch, and so of
   * the other fetches in it, is what the garbage collector would copy about.
   */
  forget: () => void
  resolve: (response: GraphQLResponse) => void
  reject: (error: unknown) => void
}

type Batch<Caller> = {
  head: string
  /** The same for all: it follows from the head. */
  numbers: NumberPlaces | undefined
  /** One of the askers, who stands for all: what is sent for them is the same. */
  caller: Caller
  waiters: Waiter[]
  /** Representations, each once, and where it is. */
  slots: Map<string, number>
  /** Null where somebody waits who never goes away. */
  cancellation: Cancellable | null
  gone: number
}

/**
 * Puts the fetches of entities that are begun in one turn of the event loop into one request: those of the same operation
 * with the same variables, and with headers that are the same object, so for the same viewer. Each gets its own results,
 * to change at will, and its own errors. When the request comes to nothing, each is sent by itself: nobody pays for what
 * another asked.
 */
export type Batches<Caller> = {
  ask(headers: object, fetch: EntityFetch, caller: Caller, numbers?: NumberPlaces): Promise<GraphQLResponse>
}

/**
 * @param concernsTheRequest whether after this fault each fetch may fare better by itself
 * @param onJoin called when a fetch becomes part of the request of another
 */
export function createBatches<Caller extends Asker>(
  send: SendBatch<Caller>,
  concernsTheRequest: (fault: unknown) => boolean,
  onJoin: () => void = () => {},
): Batches<Caller> {
  // A new Map each turn: a table that has been cleared leads to the next, and V8 would keep the batches of them all.
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
    // All who were in it may have gone away by now.
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
      for (const { forget } of waiters) forget()
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
        const forget = cancellation?.onCancel(() => {
          reject(cancelled())
          if (++batch.gone === batch.waiters.length) batch.cancellation?.cancel()
        })
        // Whoever never goes away keeps the batch from being given up.
        if (!cancellation) batch.cancellation = null
        const { representations } = fetch
        batch.waiters.push({
          representations,
          slots,
          cancellation,
          forget: forget ?? nothing,
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

/** Whether every fetch can be given its part: as many entities as asked for, and of each error whose it is. */
function isWhole({ data, errors }: GraphQLResponse, expected: number): boolean {
  const entities = data?.['_entities']
  if (!Array.isArray(entities) || entities.length !== expected) return false
  return errors.every(({ path }) => path?.[0] === '_entities' && Number(path[1]) in entities)
}

/** Gives all of them their parts in one go, before anybody can have changed an entity that others get as well. */
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
    resolve({ data: { _entities: own }, errors: reported, extensions, plain, exact, sentAs })
  }
}

/** As it came: nobody has been woken yet who could change the one that was given first. */
function copied(entity: unknown, exact = false): unknown {
  const text = JSON.stringify(entity)
  return exact ? parseExactly(text) : JSON.parse(text)
}

/** An error of an entity of the batch, as it reads in the answer to a fetch that asked for it. */
function errorsAt(error: SubgraphError, slots: readonly number[]): SubgraphError[] {
  const [name = '_entities', slot, ...rest] = error.path ?? []
  const index = slots.indexOf(Number(slot))
  return index < 0 ? [] : [{ ...error, path: [name, index, ...rest] }]
}
