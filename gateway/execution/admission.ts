import type { Clock } from '../../platform/clock.ts'
import type { OperationResponse } from './operation.ts'

/** Operations with shorter responses begin at once and are not counted. Characters. */
const SMALL = 10_000
/** The limit of the responses that are produced at the same time. Characters. */
const LIMIT = 1_000_000
/** An operation that takes longer waits for something else, and is no longer counted. Milliseconds. */
const SLOW_MS = 1_000
/** The interval at which the idle time is measured. Milliseconds. */
const INTERVAL_MS = 10
/** If the event loop was idle for `IDLE` of the interval, `MORE` of the running number of operations begin in addition. */
const IDLE = 0.25
const MORE = 0.25

/**
 * Decides when operations with large responses begin. The data of a response stays in memory until the response is
 * complete. If many are produced at the same time, the garbage collector copies all of that again and again, and all of
 * them finish late. So running operations finish first while they keep the gateway busy. If the gateway has time to
 * spare because subgraphs are slow, the next ones begin. A running operation is never paused.
 */
export type Admission = {
  /** @param weight expected length of the response in characters. 0 if it is unknown. */
  run<Result>(weight: number, execute: () => Promise<Result>): Promise<Result>
  state(): AdmissionState
}

/** Counts the operations that wait, the running operations with large responses, and all operations that have had to wait. */
export type AdmissionState = { queued: number; running: number; waited: number }

export type AdmissionClocks = {
  /** Monotonic, in milliseconds. */
  now: Clock
  /** How long the event loop has been idle since the process began, in milliseconds. */
  idle: Clock
}

const CLOCKS: AdmissionClocks = {
  now: () => performance.now(),
  idle: () => performance.eventLoopUtilization().idle,
}

export function createAdmission({ now, idle }: AdmissionClocks = CLOCKS): Admission {
  const queue: { weight: number; begin: () => void }[] = []
  /** In the order in which they began. */
  const running: { weight: number; began: number }[] = []
  let held = 0
  let scheduled = false
  let waited = 0
  /** The values at the last measurement. */
  let measured = { now: 0, idle: 0 }

  function fits(weight: number): boolean {
    return held === 0 || held + weight <= LIMIT
  }

  function begin<Result>(weight: number, execute: () => Promise<Result>): Promise<Result> {
    const one = { weight, began: now() }
    held += weight
    running.push(one)
    return execute().finally(() => {
      held -= one.weight
      one.weight = 0
      if (queue.length === 0 || scheduled) return
      scheduled = true
      // After the response is sent.
      setImmediate(beginFitting)
    })
  }

  function dropSlow(): void {
    const before = now() - SLOW_MS
    for (let [first] = running; first && (first.weight === 0 || first.began < before); [first] = running) {
      held -= first.weight
      first.weight = 0
      running.shift()
    }
  }

  function beginFitting(): void {
    scheduled = false
    dropSlow()
    for (let [first] = queue; first && fits(first.weight); [first] = queue) beginNext()
  }

  function beginNext(): void {
    queue.shift()?.begin()
  }

  function measure(): void {
    const time = { now: now(), idle: idle() }
    beginFitting()
    if (time.idle - measured.idle >= (time.now - measured.now) * IDLE) {
      for (let more = Math.ceil(running.length * MORE); more > 0; more--) beginNext()
    }
    if (queue.length > 0) measureLater()
  }

  function measureLater(): void {
    measured = { now: now(), idle: idle() }
    setTimeout(measure, INTERVAL_MS)
  }

  return {
    state: () => ({
      queued: queue.length,
      running: running.filter(({ weight }) => weight > 0).length,
      waited,
    }),
    run(weight, execute) {
      if (weight < SMALL) return execute()
      if (queue.length === 0) {
        dropSlow()
        if (fits(weight)) return begin(weight, execute)
      }
      waited++
      return new Promise((resolve) => {
        queue.push({ weight, begin: () => resolve(begin(weight, execute)) })
        if (queue.length === 1) measureLater()
      })
    },
  }
}

/**
 * Executes an operation when it is admitted.
 *
 * @param expected its `weight` is the expected length of the response: a moving average, updated after each execution
 */
export function executeAdmitted(
  admission: Admission,
  expected: { weight: number },
  execute: () => Promise<OperationResponse>,
): Promise<OperationResponse> {
  return admission.run(expected.weight, () =>
    execute().then((response) => {
      expected.weight += (lengthOf(response) - expected.weight) / 8
      return response
    }),
  )
}

function lengthOf(response: OperationResponse): number {
  switch (response.kind) {
    case 'complete':
      return response.data.length
  }
}
