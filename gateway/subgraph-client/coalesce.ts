import type { Clock } from '../../platform/clock.ts'
import { createCancellation, type Cancellable, type Cancellation } from '../../platform/cancellation.ts'
import { cancelled } from './fault.ts'

/**
 * How long other requests can join a fetch, in milliseconds. This is long enough for concurrent requests. It is too short for a
 * client to change data through another gateway, get the response, and then join a fetch of the old data.
 */
const JOIN_MS = 10

/** The number of mutations that have ended in this gateway, successful or not. Shared by all subgraphs. */
export type Writes = { ended: number }

type Flight<Response> = {
  response: Promise<Response>
  /** The number of callers that can be cancelled. If all are, the flight is cancelled. */
  waiters: number
  /** Null if a caller cannot be cancelled. */
  cancellation: Cancellable | null
  began: number
  writes: number
}

/**
 * Replaces the response of a flight that has landed. V8 links the tables of a Map that grows and shrinks, and would keep
 * the responses of old flights in memory.
 */
const DELIVERED = new Promise<never>(() => {})

/** The headers of a request, for comparison: the same object, or an equal text. */
type HeadersKey = object | string

/**
 * Fetches in progress: of one subgraph, or of all subgraphs for whole operations. A request with the same body and the same
 * headers joins a fetch: it would send exactly the same. It does not join a fetch that began before a mutation ended, because
 * it must see the change.
 */
export type Flights<Response> = {
  /** @param start starts a fetch if there is none to join. Its argument is cancelled when no caller waits any more. */
  join(
    headers: HeadersKey,
    body: string,
    cancellation: Cancellation | undefined,
    start: (cancellation: Cancellation | undefined) => Promise<Response>,
  ): Promise<Response>
}

/**
 * @param clock monotonic, in milliseconds
 * @param onJoin called when a fetch is shared
 */
export function createFlights<Response>(
  writes: Writes,
  clock: Clock,
  onJoin: () => void = () => {},
): Flights<Response> {
  const flights = new Map<HeadersKey, Map<string, Flight<Response>>>()

  function joinable(headers: HeadersKey, body: string): Flight<Response> | null {
    const flight = flights.get(headers)?.get(body)
    if (!flight || flight.writes !== writes.ended || clock() - flight.began > JOIN_MS) return null
    return flight.cancellation?.cancelled ? null : flight
  }

  function land(headers: HeadersKey, body: string, flight: Flight<Response>): void {
    flight.response = DELIVERED
    const same = flights.get(headers)
    if (same?.get(body) !== flight) return
    same.delete(body)
    if (same.size === 0) flights.delete(headers)
  }

  function takeOff(
    headers: HeadersKey,
    body: string,
    cancellation: Cancellable | null,
    start: (cancellation: Cancellation | undefined) => Promise<Response>,
  ): Flight<Response> {
    const flight: Flight<Response> = {
      response: start(cancellation ?? undefined),
      waiters: 0,
      cancellation,
      began: clock(),
      writes: writes.ended,
    }
    const same = flights.get(headers) ?? new Map<string, Flight<Response>>()
    flights.set(headers, same.set(body, flight))
    // Registered first, so that later requests start a new flight.
    const landed = () => land(headers, body, flight)
    flight.response.then(landed, landed)
    return flight
  }

  return {
    join(headers, body, cancellation, start) {
      if (cancellation?.cancelled) return Promise.reject(cancelled())
      const joined = joinable(headers, body)
      if (joined) onJoin()
      const flight = joined ?? takeOff(headers, body, cancellation ? createCancellation() : null, start)
      if (!cancellation) {
        flight.cancellation = null
        return flight.response
      }
      flight.waiters++
      return unlessCancelled(flight, cancellation)
    },
  }
}

/** The flight's response, unless this caller is cancelled first. The last caller cancels the flight. */
function unlessCancelled<Response>(flight: Flight<Response>, cancellation: Cancellation): Promise<Response> {
  return new Promise((resolve, reject) => {
    const unsubscribe = cancellation.onCancel(() => {
      reject(cancelled())
      if (--flight.waiters === 0) flight.cancellation?.cancel()
    })
    flight.response.then(
      (response) => {
        unsubscribe()
        resolve(response)
      },
      (error: unknown) => {
        unsubscribe()
        reject(error)
      },
    )
  })
}
