import { forbiddenRights, isRight, rebuildProjection, type Report } from '../../patterns/event-store/index.ts'
import { relationProjection } from '../../subgraphs/followers/projection/relation-projection.ts'
import type { OpenDatabase } from '../log/open-database.ts'
import { count, duration, plain } from '../log/plain.ts'

type Output = { print: (line: string) => void; printToStderr: (line: string) => void }

/** Number of connections that read at the same time. The lister uses a third one. */
const PARALLEL = 2

/** Time between two lines of progress. Milliseconds. */
const PROGRESS_MS = 1_000

/** Compares the tables with the events; `rebuild` also repairs. @returns whether everything is right now */
export async function rebuildOrCheck(
  { sql, transact }: Pick<OpenDatabase, 'sql' | 'transact'>,
  { kind, after, json }: { kind: 'rebuild' | 'check'; after: string; json: boolean },
  stop: AbortSignal,
  { print, printToStderr }: Output,
): Promise<boolean> {
  const begun = performance.now()
  let last = begun
  let reached = after
  function progress(report: Report): void {
    reached = report.after
    if (performance.now() - last < PROGRESS_MS) return
    last = performance.now()
    printToStderr(plain(`${counts(report)}, up to ${reached}`))
  }
  const options = {
    sql,
    transact,
    projection: relationProjection,
    checkOnly: kind === 'check',
    after,
    progress,
  }
  let report: Report
  try {
    report = await rebuildProjection({ ...options, parallel: PARALLEL }, stop)
  } catch (error) {
    if (reached !== '') printToStderr(continueWith(kind, reached))
    throw error
  }
  const rights = await forbiddenRights(sql)
  const right = isRight(report) && !report.stopped && rights.length === 0
  if (json) print(JSON.stringify({ right, ...report, rights, ms: Math.round(performance.now() - begun) }))
  else {
    print(`${counts(report)}, in ${duration(performance.now() - begun)}`)
    for (const line of findings(report, rights)) print(plain(line))
  }
  if (report.stopped) printToStderr(continueWith(kind, report.after))
  return right
}

function counts({ streams, events, counters }: Report): string {
  return `${count(streams, 'stream')}, ${count(events, 'event')}, ${count(counters, 'counter')} compared`
}

/** One line for each kind of thing that is or was wrong. Lines that begin with ! need attention. */
function findings(report: Report, rights: readonly string[]): string[] {
  const { differing, repaired, wrongCounters, repairedCounters, unreadable } = report
  const lines: string[] = []
  function add(found: Report['differing'], fixed: number, text: string): void {
    if (found.count === 0) return
    const state = fixed === found.count ? `  ${text}, repaired` : `! ${text}`
    lines.push(`${state}: ${found.examples.join(', ')}${found.count > found.examples.length ? ', …' : ''}`)
  }
  add(differing, repaired, `${count(differing.count, 'stream')} differed from the tables`)
  add(wrongCounters, repairedCounters, `${count(wrongCounters.count, 'counter')} differed from the rows`)
  add(unreadable, 0, `${count(unreadable.count, 'stream')} cannot be read`)
  if (rights.length > 0)
    lines.push(
      `! events can be changed: revoke ${rights.join(', ')} on stream_event from the role of the service`,
    )
  if (repaired + repairedCounters > 0)
    lines.push('  Caches may still have the old values: npm run cache -- drop followers')
  return lines
}

const continueWith = (kind: string, after: string) =>
  `Not finished. Continue with: npm run events -- ${kind} --after '${after}'`
