import type { Clock } from '../../platform/clock.ts'

/** Operations whose answers have fewer characters begin at once, and do not count. */
const SMALL = 10_000
/** Characters of the answers that are made at the same time. */
const MOST = 1_000_000
/** An operation that takes longer waits for something, and does not count any more; in milliseconds. */
const SLOW_MS = 1_000
/** In a turn of the event loop that took less there was nothing to do; in milliseconds. */
const IDLE_MS = 0.05

/**
 * Decides when operations with large answers begin. What is fetched for an answer is kept until it is whole: when many are
 * made at the same time, the garbage collector copies all of that again and again, and each of them is whole last. So
 * those that are under way are ended first, as long as they keep the gateway busy; once it has nothing to do but to wait
 * for subgraphs, the next begins. What has begun is never held up.
 */
export type Admission = {
  /** @param weight characters of the answer that is expected; 0 where nothing is known */
  run<Result>(weight: number, execute: () => Promise<Result>): Promise<Result>
}

/** @param clock monotonic, in milliseconds */
export function createAdmission(clock: Clock = () => performance.now()): Admission {
  const line: { weight: number; begin: () => void }[] = []
  /** In the order they began. */
  const running: { weight: number; began: number }[] = []
  let held = 0
  /** When the last look at the line ended. */
  let looked = 0

  function fits(weight: number): boolean {
    return held === 0 || held + weight <= MOST
  }

  function begin<Result>(weight: number, execute: () => Promise<Result>): Promise<Result> {
    const one = { weight, began: clock() }
    held += weight
    running.push(one)
    return execute().finally(() => {
      held -= one.weight
      one.weight = 0
    })
  }

  function forgetSlow(now: number): void {
    for (
      let [first] = running;
      first && (first.weight === 0 || now - first.began > SLOW_MS);
      [first] = running
    ) {
      held -= first.weight
      first.weight = 0
      running.shift()
    }
  }

  function look(): void {
    const now = clock()
    forgetSlow(now)
    let idle = now - looked < IDLE_MS
    for (let [first] = line; first && (idle || fits(first.weight)); [first] = line) {
      idle = false
      line.shift()
      first.begin()
    }
    if (line.length > 0) lookAgain()
  }

  /** When the next turn of the event loop has read the answers that are there by then. */
  function lookAgain(): void {
    looked = clock()
    setImmediate(look)
  }

  return {
    run(weight, execute) {
      if (weight < SMALL) return execute()
      if (line.length === 0) {
        forgetSlow(clock())
        if (fits(weight)) return begin(weight, execute)
      }
      return new Promise((resolve) => {
        line.push({ weight, begin: () => resolve(begin(weight, execute)) })
        if (line.length === 1) lookAgain()
      })
    },
  }
}
