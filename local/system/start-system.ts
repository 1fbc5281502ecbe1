import type { Env } from '../../platform/config/read-config.ts'
import { manageProcess, type ManagedProcess } from '../processes/managed-process.ts'
import { freePorts } from '../../platform/ports.ts'
import { httpProbe } from '../processes/readiness.ts'
import { root } from '../../platform/root.ts'
import { forServices, services, type Service } from '../../contracts/topology.ts'
import type { DatabaseUrls } from './databases.ts'
import { nodeArguments, environmentOf, processNames, type ProcessName } from './environment.ts'
import type { Output } from './output.ts'

export type SystemOptions = {
  /** The databases must be provisioned and migrated. */
  databaseUrls: DatabaseUrls
  /** At least 32 characters. */
  internalSecret: string
  /** Which processes to start. @default all */
  processes?: readonly ProcessName[]
  /** Where the gateway listens; the subgraphs are always on 127.0.0.1. @default 127.0.0.1 and a free port */
  host?: string
  port?: number
  /** Additional variables for every process. */
  env: Env
  output: Output
  /** Aborts the start. */
  signal?: AbortSignal
  /** Called before anything is ready, with the processes to kill in an emergency. */
  onPart?: (part: { killNow(): void }) => void
}

/** The running processes: the services and the gateway. Disposing stops the gateway first. */
export type System = AsyncDisposable & {
  /** URL for GraphQL operations. */
  gatewayUrl: string
  subgraphUrls: Readonly<Record<Service, string>>
  databaseUrls: DatabaseUrls
  internalSecret: string
  /** Sends SIGKILL. The process stays down until `restart`. Resolves when it has exited. */
  kill(name: ProcessName): Promise<void>
  /** Sends SIGKILL. The supervisor restarts the process automatically. Resolves when it has exited. */
  crash(name: ProcessName): Promise<void>
  /** Stops the process if it runs, starts it, and resolves when it is ready. Its address stays the same. */
  restart(name: ProcessName): Promise<void>
  /** Resolves when the process is ready, also after a crash. */
  ready(name: ProcessName): Promise<void>
  /** Process id. Null while the process is down. */
  pid(name: ProcessName): number | null
  /** Sends SIGKILL to all processes, without waiting. */
  killNow(): void
}

/** Starts the processes on existing databases, and resolves when all are ready. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { databaseUrls, internalSecret, processes = processNames, host = '127.0.0.1' } = options
  const free = await freePorts(processNames.length)
  const portOf = (name: ProcessName) => free[processNames.indexOf(name)] ?? 0
  const ports = { ...forServices(portOf), gateway: options.port || portOf('gateway') }
  const subgraphUrls = forServices((service) => `http://127.0.0.1:${ports[service]}/graphql`)
  const shared = { inherited: options.env, databaseUrls, internalSecret, subgraphUrls }

  const managed = new Map(
    processes.map((name) => {
      const address = name === 'gateway' ? host : '127.0.0.1'
      const env = environmentOf(name, address, ports[name], shared)
      return [name, manage(name, `http://${reachable(address)}:${ports[name]}/readyz`, env, options.output)]
    }),
  )
  await using stack = new AsyncDisposableStack()
  stack.defer(() => stopAll(services.map((service) => managed.get(service))))
  stack.defer(() => stopAll([managed.get('gateway')]))
  const killNow = () => managed.forEach((process) => process.killNow())
  options.onPart?.({ killNow })
  await startAll([...managed.values()], options.signal)
  const started = stack.move()

  const find = (name: ProcessName): ManagedProcess => {
    const found = managed.get(name)
    if (!found) throw new Error(`${name} is not among the processes of this system: ${processes.join(', ')}`)
    return found
  }
  return {
    gatewayUrl: `http://${reachable(host)}:${ports.gateway}/graphql`,
    subgraphUrls,
    databaseUrls,
    internalSecret,
    kill: (name) => find(name).kill(),
    crash: (name) => find(name).crash(),
    restart: async (name) => {
      await find(name).stop()
      await find(name).start()
    },
    ready: (name) => find(name).ready(),
    pid: (name) => find(name).pid,
    killNow,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

function manage(name: ProcessName, readyUrl: string, env: Env, output: Output): ManagedProcess {
  return manageProcess({
    name,
    command: process.execPath,
    args: nodeArguments(name),
    env,
    cwd: root,
    ipc: true,
    probe: httpProbe(readyUrl),
    onLine: (line) => output.line(name, line),
    report: (level, message) => output.report(name, level, message),
  })
}

/** Waits for all processes, even after one has failed, because a process that is still starting could not be stopped. */
async function startAll(processes: readonly ManagedProcess[], signal?: AbortSignal): Promise<void> {
  const giveUp = () => void stopAll(processes)
  signal?.addEventListener('abort', giveUp, { once: true })
  const outcomes = await Promise.allSettled(
    processes.map(async (process) => {
      try {
        await process.start()
      } catch (error) {
        giveUp()
        throw error
      }
    }),
  )
  signal?.removeEventListener('abort', giveUp)
  signal?.throwIfAborted()
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}

async function stopAll(processes: readonly (ManagedProcess | undefined)[]): Promise<void> {
  await Promise.all(processes.map(async (process) => process?.stop()))
}

/** Converts a listening address to one that clients can connect to. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
