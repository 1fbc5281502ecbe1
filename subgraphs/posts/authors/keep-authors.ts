import type { Registry } from 'prom-client'
import type { RunningConsumer, RunStatus, Signal } from '../../../patterns/change-log/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Config } from '../../../platform/config/read-config.ts'
import type { Log } from '../../../platform/log.ts'
import { consumerMetrics } from '../../../service/metrics/consumer-metrics.ts'
import { openLongTransactions } from '../../../platform/postgres/long-transactions.ts'
import { openTransport } from '../../../service/change-log/open-transport.ts'
import { AUTHORS, consumeAuthors } from './consume-authors.ts'

export type KeepOptions = {
  config: Config<
    'DATABASE_URL_POSTS' | 'SUBGRAPH_URL_USERS' | 'INTERNAL_SECRET' | 'REDIS_URL' | 'LOG_TRANSPORT'
  >
  clock: Clock
  log: Log
  /** Raised after each commit that wrote events of posts. */
  written: Pick<Signal, 'raise'>
}

export type KeptAuthors = {
  /** The running consumer. Null before `start`. */
  consumer(): RunningConsumer | null
  start(): AsyncDisposable
  /** Rejects until the copy has been built for the first time. Before that, no post can show its author. */
  requireBuilt(): Promise<void>
  /** A description of the fault and its remedy, for `/readyz`. Undefined if there is none. */
  report(): Promise<string | undefined>
  metrics(registry: Registry): void
}

/** If the last applied tick is older than this, the copy is behind. Users takes a tick each second. Milliseconds. */
const BEHIND_MS = 15_000

/** Connects the copy of authors to the database of posts, to the users service and to the transport of the log. */
export function keepAuthors({ config, clock, log, written }: KeepOptions): KeptAuthors {
  let consumer: RunningConsumer | null = null
  let built = false
  return {
    consumer: () => consumer,
    start() {
      const stack = new AsyncDisposableStack()
      const database = stack.use(openLongTransactions(config.DATABASE_URL_POSTS, 'posts authors', log))
      // The service's own change log reports faults of the transport.
      const { transport } = stack.use(openTransport(config))
      const { SUBGRAPH_URL_USERS: usersUrl, INTERNAL_SECRET: secret } = config
      consumer = stack.use(
        consumeAuthors(
          { usersUrl, secret, clock, ...database },
          {
            transport,
            report: (level, message) => log[level](message),
            monotonic: () => performance.now(),
            written,
          },
        ),
      )
      return stack
    },
    async requireBuilt() {
      if (built) return
      const status = await consumer?.status()
      if (!status?.position) throw new Error('were never copied. This needs the users service once.')
      built = true
    },
    report: async () => (consumer ? describe(await consumer.status()) : 'not started yet'),
    metrics: (registry) =>
      consumerMetrics(registry, AUTHORS.consumer, async () => (await consumer?.status()) ?? null),
  }
}

function describe({ state, reason, ageMs, parkedKeys, waiting }: RunStatus): string | undefined {
  if (state === 'rebuilding') return `is being built (${reason}). It needs the users service.`
  if (parkedKeys > 0)
    return `${parkedKeys} authors have events that cannot be applied: see \`npm run log -- parked\`.`
  if (waiting !== null && waiting.ms >= BEHIND_MS)
    return `has waited for another log for ${Math.round(waiting.ms / 1_000)} s: ${waiting.reason}`
  if (ageMs === null || ageMs < BEHIND_MS) return undefined
  return `is ${Math.round(ageMs / 1_000)} s behind. Is the users service running?`
}
