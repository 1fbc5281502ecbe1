import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../../platform/root.ts'
import { forServices, services, type Service } from '../../../contracts/topology.ts'
import {
  environmentOf,
  nodeArguments,
  processNames,
  type ProcessName,
} from '../../../local/system/environment.ts'
import type { Output } from '../../../local/system/output.ts'
import { inheritedEnv } from '../../../platform/config/read-config.ts'
import { manageProcess, type ManagedProcess } from '../../../local/processes/managed-process.ts'
import { freePorts } from '../../../platform/ports.ts'
import { httpProbe } from '../../../local/processes/readiness.ts'
import type { CopierArgument } from '../support/copier-process.ts'
import { loaderOption, openFailpoints, type Failpoints } from '../loader/control.ts'
import type { PlantName } from '../loader/plants.ts'
import type { Servers } from './servers.ts'
import { openProxy, through, type Proxy } from './proxy.ts'

export type MemberName = ProcessName | 'copier'

/** One process, supervised like those of `npm start`. */
export type Member = { process: ManagedProcess; failpoints: Failpoints }

/** The processes of a system, their failpoints, and the proxies between them. */
export type Fleet = AsyncDisposable & {
  gatewayUrl: string
  members: Readonly<Record<MemberName, Member>>
  /** Proxies from the gateway to the services, and from readers of a log to its owner. */
  proxies: { requests: Readonly<Record<Service, Proxy>>; feeds: Readonly<Record<Service, Proxy>> }
  /** URL of each service without a proxy. */
  urls: Readonly<Record<Service, string>>
  /** Starts another process of a service, which gets no requests and is not supervised. */
  second(service: Service): Promise<ManagedProcess>
  /** Folder in which the copier records what it reads. */
  seenFolder: string
}

/** Lifetime of access tokens. It is longer than any run. Seconds. */
const TOKEN_TTL_S = '86400'

/** @param plants bugs that the run must find */
export async function startFleet(
  servers: Servers,
  plants: readonly PlantName[],
  output: Output,
): Promise<Fleet> {
  await using stack = new AsyncDisposableStack()
  const ports = await freePorts(processNames.length + services.length)
  const portOf = (name: ProcessName) => ports[processNames.indexOf(name)] as number
  const open = async (service: Service) => [service, stack.use(await openProxy(portOf(service)))] as const
  const requests = Object.fromEntries(await Promise.all(services.map(open))) as Record<Service, Proxy>
  const feeds = Object.fromEntries(await Promise.all(services.map(open))) as Record<Service, Proxy>
  const urls = forServices((service) => `http://127.0.0.1:${portOf(service)}/graphql`)
  const ways = (proxies: Record<Service, Proxy>) =>
    forServices((service) => through(urls[service], proxies[service]))
  const seenFolder = join(servers.folder, 'seen')
  await mkdir(seenFolder)

  async function prepare(name: MemberName, args: readonly string[], env: Env, readyUrl: string | null) {
    const folder = join(servers.folder, `failpoints-${name}`)
    await mkdir(folder, { recursive: true })
    const process = manageProcess({
      name,
      command: globalThis.process.execPath,
      args: [loaderOption({ plants, failpoints: folder }), ...args],
      env,
      cwd: root,
      ipc: true,
      probe: readyUrl === null ? async () => null : httpProbe(readyUrl),
      onLine: (line) => output.line(name, line),
      report: (level, message) => output.report(name, level, message),
    })
    return { process, failpoints: openFailpoints(folder) }
  }

  const inherited = {
    ...inheritedEnv(),
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    ACCESS_TOKEN_TTL_S: TOKEN_TTL_S,
    REDIS_URL: servers.proxied.redisUrl,
  }
  const shared = {
    inherited,
    databaseUrls: servers.proxied.databaseUrls,
    internalSecret: servers.internalSecret,
    subgraphUrls: ways(requests),
  }
  const serve = (name: ProcessName, member: MemberName, port: number) => {
    const between = name === 'gateway' ? ways(requests) : ways(feeds)
    const env = environmentOf(name, '127.0.0.1', port, { ...shared, subgraphUrls: between })
    return prepare(member, nodeArguments(name), env, `http://127.0.0.1:${port}/readyz`)
  }
  const argument: CopierArgument = {
    copyUrls: servers.proxied.copyUrls,
    ownerUrls: servers.proxied.databaseUrls,
    feeds: ways(feeds),
    redisUrl: servers.proxied.redisUrl,
    secret: servers.internalSecret,
    seenFolder,
  }
  const copierFile = join(import.meta.dirname, '../support/copier-process.ts')
  const members = {
    users: await serve('users', 'users', portOf('users')),
    posts: await serve('posts', 'posts', portOf('posts')),
    followers: await serve('followers', 'followers', portOf('followers')),
    gateway: await serve('gateway', 'gateway', portOf('gateway')),
    copier: await prepare('copier', [copierFile, JSON.stringify(argument)], inheritedEnv(), null),
  } satisfies Record<MemberName, Member>
  stack.defer(() => Promise.all(services.map((service) => members[service].process.stop())).then(() => {}))
  for (const name of ['copier', 'gateway'] as const) stack.defer(() => members[name].process.stop())
  await Promise.all(Object.values(members).map(({ process }) => process.start()))
  const started = stack.move()
  return {
    gatewayUrl: `http://127.0.0.1:${portOf('gateway')}/graphql`,
    members,
    proxies: { requests, feeds },
    urls,
    async second(service) {
      const port = ports[processNames.length + services.indexOf(service)] as number
      const { process } = await serve(service, service, port)
      await process.start()
      return process
    },
    seenFolder,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

type Env = Readonly<Record<string, string | undefined>>
