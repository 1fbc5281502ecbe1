import { openConnection } from './connection.ts'
import { checkLog, rememberRefusal, startLog } from './epoch.ts'
import { lead } from './lead.ts'
import { mayLead, stepDown } from './leadership.ts'
import { LogAheadError } from './publish.ts'
import { DEFAULTS, type RelayOptions, type Settings } from './relay-options.ts'
import { pause } from '../signal.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { lastTick } from './tick.ts'

/**
 * - `leading`: takes the ticks
 * - `standby`: another process takes the ticks, or the database is a standby
 * - `refused`: the database is not the one in which the log was written, or a transport holds records that the log does not
 *   have. The database stores this until its epoch is raised or kept
 * - `down`: the database does not respond
 */
export type RelayState = 'leading' | 'standby' | 'refused' | 'down'

export type Relay = AsyncDisposable & {
  readonly state: RelayState
  /** Epoch of the log when it was last read. Null if it was never read. */
  readonly epoch: number | null
  /** The last message about the state. */
  readonly said: string
}

/** Runs the relay of one database until disposed. Several relays may run; one of them takes the ticks. */
export function startRelay(options: RelayOptions): Relay {
  const stop = new AbortController()
  const relay = createRelay({ ...DEFAULTS, ...options }, stop.signal)
  const done = relay.run()
  return {
    get state() {
      return relay.state()
    },
    get epoch() {
      return relay.epoch()
    },
    get said() {
      return relay.said()
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await done
    },
  }
}

function createRelay(settings: Settings, stop: AbortSignal) {
  let state: RelayState = 'down'
  let said = ''
  let epoch: number | null = null

  /** Changes the state. The same message is reported only once in a row. */
  function enter(next: RelayState, level: 'info' | 'warn' | 'error', message: string): void {
    state = next
    if (said !== message) settings.report(level, message)
    said = message
  }

  async function refuse(sql: Sql, reason: string): Promise<void> {
    enter('refused', 'error', `the log is refused: ${reason}. Its epoch must be raised (log epoch bump).`)
    await rememberRefusal(sql, epoch, reason)
  }

  async function run(): Promise<void> {
    while (!stop.aborted) {
      try {
        await using connection = await openConnection(settings.connect)
        while (!stop.aborted && !connection.lost.aborted) {
          await serve(connection.sql)
          await pause(settings.retryMs, stop)
        }
      } catch (error) {
        enter('down', 'warn', `the relay cannot use its database, retrying: ${String(error)}`)
      }
      await pause(settings.retryMs, stop)
    }
  }

  async function serve(sql: Sql): Promise<void> {
    // The epoch is read before the check. If it is raised in between, a fault of the old epoch does not refuse the new one.
    epoch = (await lastTick(sql))?.epoch ?? null
    const check = await checkLog(sql)
    if (check.kind === 'standby') return enter('standby', 'info', 'the database is a standby')
    if (check.kind === 'restored') return refuse(sql, check.reason)
    await startLog(sql)
    epoch ??= (await lastTick(sql))?.epoch ?? null
    if (!(await mayLead(sql, settings.takeoverMs))) {
      return enter('standby', 'info', 'another relay takes the ticks')
    }
    const begun = () => enter('leading', 'info', 'this relay takes the ticks')
    try {
      const end = await lead(sql, settings, stop, begun)
      if (end === 'fenced') enter('standby', 'warn', 'another relay has taken over the ticks')
    } catch (error) {
      if (!(error instanceof LogAheadError)) throw error
      await refuse(sql, error.message)
    }
    await stepDown(sql)
  }

  return { run, state: () => state, epoch: () => epoch, said: () => said }
}
