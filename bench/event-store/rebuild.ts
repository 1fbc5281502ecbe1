import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'pg'
import { migrate } from '../../platform/postgres/migrate.ts'
import { pooledSql } from '../../platform/postgres/pooled-sql.ts'
import { provision } from '../../platform/postgres/provision.ts'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { root } from '../../platform/root.ts'
import { figure, type Figure } from '../change-log/figures.ts'
import type { Servers } from '../change-log/servers.ts'
import { quantile } from '../support/statistics.ts'
import { treeCpu } from '../system/cpu.ts'
import type { BenchSettings } from './arguments.ts'
import { createCommands } from './commands.ts'
import { fillRelations } from './fill-relations.ts'
import type { RebuildOrder, Rebuilt } from './rebuild-process.ts'

/** Latencies of commands, ms. */
type Latency = { p50: Figure; p99: Figure; greatest: Figure }

export type RebuildResult = {
  streams: number
  events: number
  /** Without anything else, and while 100 commands a second go on. */
  eventsPerSecond: { alone: Figure; withCommands: Figure }
  /** CPU µs of an event: of the process that rebuilds, and of Postgres. Alone. */
  cpuUs: { node: Figure; postgres: Figure }
  commands: { alone: Latency; withRebuild: Latency }
}

type Round = { alone: Rebuilt; postgresMs: number; beside: Rebuilt; quiet: number[]; busy: number[] }

/** Compares all tables of relations with a million events, from a process of its own, as `npm run events -- rebuild` does. */
export async function measureRebuild(
  servers: Servers,
  { rounds, windowMs, streams, parallel, chunk }: BenchSettings,
  log: (line: string) => void,
): Promise<RebuildResult> {
  await using stack = new AsyncDisposableStack()
  const { superuserUrl, password, postmaster } = servers
  const [url = ''] = await provision(superuserUrl, [{ name: 'followers', password }])
  await migrate(url, join(root, 'prisma/followers/migrations'))
  const pairs = await fillRelations(url, streams)
  log(`rebuild: ${streams} streams are written`)
  const pool = stack.adopt(new Pool({ connectionString: url, max: 16 }), (opened) => opened.end())
  const commands = createCommands(pooledSql(pool).transact, pairs)
  const rebuild = stack.use(startRebuilds(url))
  const order = { ...(parallel && { parallel }), ...(chunk && { chunk }) }
  const measured: Round[] = []
  // Round 0 is a warm-up.
  for (let round = 0; round <= rounds; round++) {
    const before = await treeCpu(postmaster)
    const alone = await rebuild.run(order)
    const postgresMs = (await treeCpu(postmaster)) - before
    const quiet = await until(commands, delay(windowMs))
    const rebuilding = rebuild.run(order)
    const busy = await until(commands, rebuilding)
    const beside = await rebuilding
    log(`rebuild, round ${round}: ${show(alone)} alone, ${show(beside)} beside commands`)
    if (round > 0) measured.push({ alone, postgresMs, beside, quiet, busy })
  }
  return resultOf(measured)
}

const perSecond = ({ events, ms }: Rebuilt) => (events / ms) * 1_000
const show = (rebuilt: Rebuilt) => `${Math.round(perSecond(rebuilt))} events/s`

async function until<Result>(
  commands: ReturnType<typeof createCommands>,
  end: Promise<Result>,
): Promise<number[]> {
  const stop = new AbortController()
  const running = commands(stop.signal)
  await Promise.race([end, running])
  stop.abort()
  return running
}

function resultOf(rounds: readonly Round[]): RebuildResult {
  const of = (value: (round: Round) => number) => figure(rounds.map(value))
  const latency = (which: 'quiet' | 'busy'): Latency => ({
    p50: of((round) => quantile(round[which], 0.5)),
    p99: of((round) => quantile(round[which], 0.99)),
    greatest: of((round) => round[which].at(-1) ?? Number.NaN),
  })
  return {
    streams: rounds[0]?.alone.streams ?? 0,
    events: rounds[0]?.alone.events ?? 0,
    eventsPerSecond: {
      alone: of(({ alone }) => perSecond(alone)),
      withCommands: of(({ beside }) => perSecond(beside)),
    },
    cpuUs: {
      node: of(({ alone }) => (alone.cpuMs / alone.events) * 1_000),
      postgres: of(({ alone, postgresMs }) => (postgresMs / alone.events) * 1_000),
    },
    commands: { alone: latency('quiet'), withRebuild: latency('busy') },
  }
}

function startRebuilds(url: string): AsyncDisposable & { run(order: RebuildOrder): Promise<Rebuilt> } {
  const child = fork(join(import.meta.dirname, 'rebuild-process.ts'), [url], {
    env: inheritedEnv(),
    stdio: ['ignore', 2, 2, 'ipc'],
    // As `npm run events`.
    execArgv: ['--max-semi-space-size=64'],
  })
  const exited = once(child, 'exit')
  return {
    async run(order) {
      child.send(order)
      const received = await Promise.race([once(child, 'message'), exited.then(() => null)])
      if (!received) throw new Error('The process that rebuilds ended. Its output is above.')
      const rebuilt = received[0] as Rebuilt
      if (!rebuilt.right || rebuilt.repaired > 0)
        throw new Error(`The rebuild found differences: ${JSON.stringify(rebuilt)}`)
      return rebuilt
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
