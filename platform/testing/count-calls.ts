import { Session } from 'node:inspector'

/**
 * Starts to count the calls of JavaScript functions in this thread. For tests that limit the work of an algorithm: unlike
 * its time, the count is the same on a busy machine. Built-in functions and loops without calls are not counted.
 *
 * @returns a function that stops counting and returns the number of calls
 */
export function countCalls(): () => number {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  return () => {
    let calls = 0
    session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error) throw error
      for (const { functions } of result)
        for (const { ranges } of functions) for (const { count } of ranges) calls += count
    })
    session.post('Profiler.stopPreciseCoverage')
    session.disconnect()
    return calls
  }
}
