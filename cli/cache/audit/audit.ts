import { createRandom } from '../../../local/seed/random.ts'
import { databases } from '../../../contracts/topology.ts'
import { pause } from '../../../patterns/change-log/index.ts'
import type { Installation } from '../../log/installation.ts'
import { openDatabases } from '../../log/open-database.ts'
import { Auditor } from './auditor.ts'
import { Candidates } from './candidates.ts'
import { readDatabaseTimes } from './database-times.ts'
import { followLog } from './follow-log.ts'
import { gatewayClient } from './gateway-client.ts'
import { readGateways } from './read-gateways.ts'
import { staleLine } from './render.ts'
import type { AuditEnd } from './report.ts'
import { findStarts } from './start-positions.ts'
import { signUpWriters } from './sign-up-writers.ts'

export type AuditArguments = {
  minutes: number
  urls: readonly string[]
  seed: number
  boundMs: number
  /** Reads per second. */
  rate: number
  /** Writes per second. 0 for none. */
  writes: number
}

/** Maximum wait for the logs to reach the last read. Milliseconds. */
const SETTLE_MS = 15_000

/**
 * Reads through gateways as clients do, and judges what they show by the logs of the databases; see `Auditor`. If `stop` is
 * aborted, it ends earlier, with what was read until then.
 *
 * @param print called with each stale read, and with what goes wrong
 * @throws UserFacingError if a database, a log or a gateway cannot be used
 */
export async function audit(
  installation: Installation,
  { minutes, urls, seed, boundMs, rate, writes }: AuditArguments,
  { print, stop }: { print: (line: string) => void; stop: AbortSignal },
): Promise<AuditEnd> {
  await using stack = new AsyncDisposableStack()
  const gateways = urls.map((url) => stack.use(gatewayClient(url)))
  await Promise.all(gateways.map(({ probe }) => probe()))
  const opened = await openDatabases(installation, databases, stack)
  const { from, countsFrom } = await findStarts(opened)
  const onStale = (read: Parameters<typeof staleLine>[0]) => print(staleLine(read))
  const auditor = new Auditor({ boundMs, databases, countsFrom, onStale })
  const candidates = new Candidates()
  const times = stack.use(
    await readDatabaseTimes({
      databases: new Map(opened.map(({ name, sql }) => [name, sql])),
      clock: () => performance.now(),
      wasSet: (name, now) => auditor.clockWasSet(name, now),
    }),
  )
  const failed = { reads: 0, writes: 0 }
  const failing = (kind: keyof typeof failed) => (reason: string) => {
    if (failed[kind]++ === 0) print(`The first of the ${kind} that failed: ${reason}`)
  }
  const randomFor = (what: string) => createRandom(seed, `audit ${what}`)
  const writing = { gateways, rate: writes, random: randomFor('writes'), failed: failing('writes') }
  const write = writes > 0 ? await signUpWriters(writing) : null

  const ended = new AbortController()
  const following = opened.map(({ name, sql }) =>
    followLog(
      { name, sql, from: from.get(name) ?? { epoch: 0, offset: 0 } },
      {
        apply(_, records) {
          auditor.apply(name, records)
          for (const record of records) if (record.kind === 'event') candidates.add(record)
        },
        forget: () => auditor.forget(),
        report: print,
      },
      ended.signal,
    ),
  )
  const over = AbortSignal.any([stop, AbortSignal.timeout(minutes * 60_000)])
  const reading = { gateways, candidates, times, rate, random: randomFor('reads'), failed: failing('reads') }
  try {
    await Promise.all([readGateways({ ...reading, add: (read) => auditor.add(read) }, over), write?.(over)])
    const until = performance.now() + SETTLE_MS
    while (auditor.report().pending > 0 && performance.now() < until) await pause(50, ended.signal)
  } finally {
    ended.abort()
    await Promise.all(following)
  }
  return { ...auditor.report(), seed, boundMs, failed }
}
