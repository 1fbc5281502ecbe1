import type { Clock } from '../../platform/clock.ts'
import type { OperationResponse } from './operation.ts'

/** Operations whose answers have fewer characters begin at once, and do not count. */
const SMALL = 10_000
/** Characters of the answers that are made at the same time. */
const MOST = 1_000_000
/** An operation that takes longer waits for something, and does not count any more; in milliseconds. */
const SLOW_MS = 1_000
/** Time between two looks at whether there is nothing to do, in milliseconds. */
const LOOK_MS = 10
/** The event loop has time to spare when it was idle for this part of it; then so many more begin, of those under way. */
const IDLE = 0.25
const MORE = 0.25

/**
 * Decides when operations with large answers begin. What is fetched for an answer is kept until it is whole: when many are
 * made at the same time, the garbage collector copies all of that again and again, and each of them is whole last. So
 * those that are under way are ended first, as long as they keep the gateway busy; while it has time to spare, because
 * subgraphs are slow, the next begin. What has begun is never held up.
 */
export type Admission = {
  /** @param weight characters of the answer that is expected; 0 where nothing is known */
  run<Result>(weight: number, execute: () => Promise<Result>): Promise<Result>
}

export type AdmissionClocks = {
  /** Monotonic, in milliseconds. */
  now: Clock
  /** For how long the event loop had nothing to do since the process began, in milliseconds. */
  idle: Clock
}

const CLOCKS: AdmissionClocks = {
  now: () => performance.now(),
  idle: () => performance.eventLoopUtilization().idle,
}

export function createAdmission({ now, idle }: AdmissionClocks = CLOCKS): Admission {
  const line: { weight: number; begin: () => void }[] = []
  /** In the order they began. */
  const running: { weight: number; began: number }[] = []
  let held = 0
  let goingOn = false
  /** Of the last look. */
  let looked = { now: 0, idle: 0 }

  function fits(weight: number): boolean {
    return held === 0 || held + weight <= MOST
  }

  function begin<Result>(weight: number, execute: () => Promise<Result>): Promise<Result> {
    const one = { weight, began: now() }
    held += weight
    running.push(one)
    return execute().finally(() => {
      held -= one.weight
      one.weight = 0
      if (line.length === 0 || goingOn) return
      goingOn = true
      // Its answer goes out first.
      setImmediate(goOn)
    })
  }

  function forgetSlow(): void {
    const before = now() - SLOW_MS
    for (let [first] = running; first && (first.weight === 0 || first.began < before); [first] = running) {
      held -= first.weight
      first.weight = 0
      running.shift()
    }
  }

  function goOn(): void {
    goingOn = false
    forgetSlow()
    for (let [first] = line; first && fits(first.weight); [first] = line) beginNext()
  }

  function beginNext(): void {
    line.shift()?.begin()
  }

  function look(): void {
    const time = { now: now(), idle: idle() }
    goOn()
    if (time.idle - looked.idle >= (time.now - looked.now) * IDLE) {
      for (let more = Math.ceil(running.length * MORE); more > 0; more--) beginNext()
    }
    if (line.length > 0) lookAgain()
  }

  function lookAgain(): void {
    looked = { now: now(), idle: idle() }
    setTimeout(look, LOOK_MS)
  }

  return {
    run(weight, execute) {
      if (weight < SMALL) return execute()
      if (line.length === 0) {
        forgetSlow()
        if (fits(weight)) return begin(weight, execute)
      }
      return new Promise((resolve) => {
        line.push({ weight, begin: () => resolve(begin(weight, execute)) })
        if (line.length === 1) lookAgain()
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
