/** Maximum number of examples that are kept. */
const EXAMPLES = 10

/** A number of things, and some of them. */
export type Found = { count: number; examples: string[]; add(more: readonly string[]): void }

/** What was found so far, and at the end. */
export type Report = {
  /** Streams that were compared, and their events. */
  streams: number
  events: number
  /** Streams whose rows differed from their events. */
  differing: Found
  repaired: number
  /** Messages about streams that cannot be folded. They are not repaired. */
  unreadable: Found
  counters: number
  wrongCounters: Found
  repairedCounters: number
  /** All streams up to this one are done. A run that was stopped continues here. */
  after: string
  /** Whether the run ended before its end. */
  stopped: boolean
}

/** Whether the tables now are as the events say, as far as they were compared. */
export function isRight(report: Report): boolean {
  const { differing, repaired, unreadable, wrongCounters, repairedCounters } = report
  return differing.count === repaired && unreadable.count === 0 && wrongCounters.count === repairedCounters
}

/**
 * @returns the report; and `begin`, called in order of name with the last stream of each chunk that begins. It returns what to
 *   call when the chunk is done: `after` moves over a chunk when it and all before it are done
 */
export function startReport(after: string): { report: Report; begin: (upTo: string) => () => void } {
  const report: Report = {
    streams: 0,
    events: 0,
    differing: found(),
    repaired: 0,
    unreadable: found(),
    counters: 0,
    wrongCounters: found(),
    repairedCounters: 0,
    after,
    stopped: false,
  }
  const running: { upTo: string; done: boolean }[] = []
  return {
    report,
    begin(upTo) {
      const chunk = { upTo, done: false }
      running.push(chunk)
      return () => {
        chunk.done = true
        while (running[0]?.done) report.after = running.shift()?.upTo ?? report.after
      }
    },
  }
}

function found(): Found {
  const all: Found = {
    count: 0,
    examples: [],
    add(more) {
      all.count += more.length
      all.examples.push(...more.slice(0, EXAMPLES - all.examples.length))
    },
  }
  return all
}
