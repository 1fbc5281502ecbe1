import { serviceOf } from '../../contracts/topology.ts'
import type { RunStatus } from '../../patterns/change-log/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config/read-config.ts'
import type { Log } from '../../platform/log.ts'
import { openLongTransactions } from '../../platform/postgres/long-transactions.ts'
import type { ServiceDatabase } from '../databases.ts'
import type { ConsumerDefinition } from './consumer-definition.ts'
import { openTransport } from './open-transport.ts'
import { runDefinition, type RunningDefinition } from './run-definition.ts'

export type KeepOptions = {
  /** The database that the consumer is kept in. */
  database: Pick<ServiceDatabase, 'url' | 'written'>
  /** URL of the service that owns the log, with the path `/graphql`. */
  ownerUrl: string
  config: Config<'INTERNAL_SECRET' | 'REDIS_URL' | 'LOG_TRANSPORT'>
  clock: Clock
  log: Log
}

/** A consumer of a service. The service starts it, reports it and measures it, see `Wiring.consumers`. */
export type KeptConsumer = {
  /** The name of the consumer, `posts.authors`. */
  name: string
  /** Its part in `/readyz`: `authors`. */
  part: string
  /** The running consumer. Null before `start`. */
  running(): RunningDefinition | null
  start(): AsyncDisposable
  /** Rejects until the consumer has been built for the first time. */
  requireBuilt(): Promise<void>
  /** A description of the fault and its remedy, for `/readyz`. Undefined if there is none. */
  report(): Promise<string | undefined>
  /** For metrics. Null before `start`. */
  status(): Promise<RunStatus | null>
  /** Deletes the old outcomes of a reactor. */
  housekeeping(): Promise<void>
}

/** If the last applied tick is older than this, the consumer is behind. The owner takes a tick each second. Milliseconds. */
const BEHIND_MS = 15_000

/** Connects a consumer to the database that it is kept in, to the owner of the log and to the transport. */
export function keepConsumer(
  definition: ConsumerDefinition,
  { database, ownerUrl, config, clock, log }: KeepOptions,
): KeptConsumer {
  const { consumer: name, source } = definition.name
  const owner = serviceOf(source)
  let running: RunningDefinition | null = null
  let built = false
  const status = async () => (await running?.status()) ?? null
  return {
    name,
    part: name.slice(name.indexOf('.') + 1),
    running: () => running,
    start() {
      const stack = new AsyncDisposableStack()
      const sql = stack.use(openLongTransactions(database.url, name.replace('.', ' '), log))
      // The service's own change log reports faults of the transport.
      const { transport } = stack.use(openTransport(config))
      const access = { ownerUrl, secret: config.INTERNAL_SECRET, clock, ...sql }
      const report = (level: 'info' | 'warn' | 'error', message: string) => log[level](message)
      const options = { transport, report, monotonic: () => performance.now(), written: database.written }
      running = stack.use(runDefinition(definition, access, options))
      return stack
    },
    async requireBuilt() {
      if (built) return
      if (!(await status())?.position) throw new Error(`never built. This needs the ${owner} service once.`)
      built = true
    },
    async report() {
      const now = await status()
      return now ? describe(now, owner) : 'not started yet'
    },
    status,
    async housekeeping() {
      await running?.deleteOldOutcomes?.()
    },
  }
}

function describe(
  { state, reason, ageMs, parkedKeys, waiting }: RunStatus,
  owner: string,
): string | undefined {
  if (state === 'rebuilding') return `is being built (${reason}). It needs the ${owner} service.`
  if (parkedKeys > 0)
    return `${parkedKeys} keys have events that cannot be applied: see \`npm run log -- parked\`.`
  if (waiting !== null && waiting.ms >= BEHIND_MS)
    return `has waited for another log for ${Math.round(waiting.ms / 1_000)} s: ${waiting.reason}`
  if (ageMs === null || ageMs < BEHIND_MS) return undefined
  return `is ${Math.round(ageMs / 1_000)} s behind. Is the ${owner} service running?`
}
