import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../../platform/root.ts'
import { inheritedEnv } from '../../../platform/config/read-config.ts'
import { provision } from '../../../platform/postgres/provision.ts'
import type { Issuer } from '../../gateway/issuer.ts'
import { processCpu } from '../../system/cpu.ts'
import { runSql } from '../../system/sql.ts'
import type { Servers } from '../servers.ts'
import { CREATE_EFFECTS, RECORD_WRITES, UPSERT } from './effects.ts'
import { openSystem, type OpenSystem } from './open-system.ts'

export const CONSUMERS = ['ours', 'graphileWorker'] as const
export type ConsumerName = (typeof CONSUMERS)[number]

/** A whole system plus a process that copies users' changes into a database of its own. */
export type Consumer = AsyncDisposable & {
  opened: OpenSystem
  effectsUrl: string
  /** CPU ms so far: the system's processes, the consumer and Postgres. */
  cpu(): Promise<Record<string, number>>
}

type Options = { servers: Servers; issuer: Issuer; people: number; redisDatabase: number }

/** Number of concurrent jobs. Other numbers were not tried. */
const JOBS_AT_ONCE = 10

export const consumers: Record<ConsumerName, (options: Options) => Promise<Consumer>> = {
  ours: (options) =>
    openConsumer(options, 'ours', ['with-writer.ts'], async ({ system, redisUrl }, effectsUrl) => {
      await runSql(effectsUrl, await readFile(join(root, 'patterns/change-log/sql/consumer.sql'), 'utf8'))
      const [end] = await runSql(
        system.databaseUrls.users,
        'select epoch, base + cnt as "offset" from tick order by n desc limit 1',
      )
      await runSql(
        effectsUrl,
        "insert into consumer_offset (consumer, source, epoch, \"offset\") values ('effects', 'users', $1, $2)",
        [end?.['epoch'], end?.['offset']],
      )
      const feed = new URL('/log', system.subgraphUrls.users).href
      return startProcess('bench/change-log/contenders/effects-process.ts', [
        effectsUrl,
        redisUrl,
        feed,
        system.internalSecret,
      ])
    }),
  graphileWorker: (options) =>
    openConsumer(options, 'jobs', ['with-writer.ts', 'with-jobs.ts'], ({ system }, effectsUrl) =>
      startProcess('bench/baselines/change-log/graphile-worker.js', [
        system.databaseUrls.users,
        effectsUrl,
        String(JOBS_AT_ONCE),
        UPSERT,
      ]),
    ),
}

type Process = AsyncDisposable & { pid: number }
type StartConsumer = (opened: OpenSystem, effectsUrl: string) => Promise<Process>

async function openConsumer(
  { servers, ...options }: Options,
  name: string,
  standIns: readonly string[],
  start: StartConsumer,
): Promise<Consumer> {
  await using stack = new AsyncDisposableStack()
  const [effectsUrl = ''] = await provision(servers.superuserUrl, [
    { name: `effects_${name}`, password: servers.password },
  ])
  await runSql(effectsUrl, CREATE_EFFECTS)
  const opened = stack.use(await openSystem({ servers, ...options, name, standIns }))
  await runSql(opened.system.databaseUrls.users, RECORD_WRITES)
  const { pid } = stack.use(await start(opened, effectsUrl))
  const moved = stack.move()
  return {
    opened,
    effectsUrl,
    cpu: async () => ({ ...(await opened.cpu()), consumer: await processCpu(pid) }),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

/** Resolves when the process reports that it is ready. */
async function startProcess(file: string, args: readonly string[]): Promise<Process> {
  const child = fork(join(root, file), args, {
    env: { ...inheritedEnv(), NODE_ENV: 'production' },
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const exited = once(child, 'exit')
  const first = await Promise.race([once(child, 'message'), exited.then(() => null)])
  if (first === null) throw new Error(`${file} ended before it was ready. Its output is above.`)
  return {
    pid: child.pid as number,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
