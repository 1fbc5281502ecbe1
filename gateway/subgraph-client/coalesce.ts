import type { Clock } from '../../platform/clock.ts'
import { createCancellation, type Cancellable, type Cancellation } from '../../platform/cancellation.ts'
import { cancelled } from './fault.ts'

/**
 * How long others may join a fetch, in milliseconds. Long enough for what is asked at the same moment; short enough that
 * nobody has had a change made through another gateway, been told of it, and asked for the old state again.
 */
const JOIN_MS = 10

/** How many mutations have ended in this gateway, whatever their outcome. One for all subgraphs. */
export type Writes = { ended: number }

type Flight<Answer> = {
  response: Promise<Answer>
  /** How many wait for it who may go away; when the last has, it is cancelled. */
  waiters: number
  /** Null where somebody waits who never goes away. */
  cancellation: Cancellable | null
  began: number
  writes: number
}

/**
 * The answer of a flight that has landed, which nobody can join. A Map that grows and shrinks leaves tables behind that
 * lead to the next; V8 would keep what the flights in all of them brought.
 */
const DELIVERED = new Promise<never>(() => {})

/**
 * Fetches of one subgraph that are under way. Who asks the same joins them: the same body, with headers that are the
 * same object, so nothing that is sent can differ. Nobody joins a fetch that began before a mutation ended: whoever knows
 * of the change has to see it.
 */
export type Flights<Answer> = {
  /** @param start makes the fetch, unless there is one to join; told when nobody waits for it any more */
  join(
    headers: object,
    body: string,
    cancellation: Cancellation | undefined,
    start: (cancellation: Cancellation | undefined) => Promise<Answer>,
  ): Promise<Answer>
}

/**
 * @param clock monotonic, in milliseconds
 * @param onJoin called when a fetch is shared
 */
export function createFlights<Answer>(
  writes: Writes,
  clock: Clock,
  onJoin: () => void = () => {},
): Flights<Answer> {
  const flights = new Map<object, Map<string, Flight<Answer>>>()

  function joinable(headers: object, body: string): Flight<Answer> | null {
    const flight = flights.get(headers)?.get(body)
    if (!flight || flight.writes !== writes.ended || clock() - flight.began > JOIN_MS) return null
    return flight.cancellation?.cancelled ? null : flight
  }

  function land(headers: object, body: string, flight: Flight<Answer>): void {
    flight.response = DELIVERED
    const same = flights.get(headers)
    if (same?.get(body) !== flight) return
    same.delete(body)
    if (same.size === 0) flights.delete(headers)
  }

  function takeOff(
    headers: object,
    body: string,
    cancellation: Cancellable | null,
    start: (cancellation: Cancellation | undefined) => Promise<Answer>,
  ): Flight<Answer> {
    const flight: Flight<Answer> = {
      response: start(cancellation ?? undefined),
      waiters: 0,
      cancellation,
      began: clock(),
      writes: writes.ended,
    }
    const same = flights.get(headers) ?? new Map<string, Flight<Answer>>()
    flights.set(headers, same.set(body, flight))
    // The first to know that it has ended: whoever asks from then on makes a new one.
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
      return leaving(flight, cancellation)
    },
  }
}

/** The flight's answer, unless this waiter goes away before; the last to go cancels it. */
function leaving<Answer>(flight: Flight<Answer>, cancellation: Cancellation): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const forget = cancellation.onCancel(() => {
      reject(cancelled())
      if (--flight.waiters === 0) flight.cancellation?.cancel()
    })
    flight.response.then(
      (response) => {
        forget()
        resolve(response)
      },
      (error: unknown) => {
        forget()
        reject(error)
      },
    )
  })
}
