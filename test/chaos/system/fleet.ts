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
import type { Ground } from './ground.ts'
import { openProxy, through, type Proxy } from './proxy.ts'

export type MemberName = ProcessName | 'copier'

/** One process, kept alive by what keeps alive those of `npm start`. */
export type Member = { process: ManagedProcess; failpoints: Failpoints }

/** The processes of a system, of which each failpoint can be armed at any time, and the ways between them. */
export type Fleet = AsyncDisposable & {
  gatewayUrl: string
  members: Readonly<Record<MemberName, Member>>
  /** From the gateway to the services, and from those who read a log to its owner. */
  proxies: { requests: Readonly<Record<Service, Proxy>>; feeds: Readonly<Record<Service, Proxy>> }
  /** Where each service is, without detour. */
  urls: Readonly<Record<Service, string>>
  /** A further process of a service, which no request reaches. It is not kept alive. */
  second(service: Service): Promise<ManagedProcess>
  /** Where the copier notes what it reads. */
  seenFolder: string
}

/** Life of access tokens: longer than any run. Seconds. */
const TOKEN_TTL_S = '86400'

/** @param plants known bugs, to see them found */
export async function startFleet(
  ground: Ground,
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
  const seenFolder = join(ground.folder, 'seen')
  await mkdir(seenFolder)

  async function prepare(name: MemberName, args: readonly string[], env: Env, readyUrl: string | null) {
    const folder = join(ground.folder, `failpoints-${name}`)
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
    REDIS_URL: ground.shown.redisUrl,
  }
  const shared = {
    inherited,
    databaseUrls: ground.shown.databaseUrls,
    internalSecret: ground.internalSecret,
    subgraphUrls: ways(requests),
  }
  const serve = (name: ProcessName, member: MemberName, port: number) => {
    const between = name === 'gateway' ? ways(requests) : ways(feeds)
    const env = environmentOf(name, '127.0.0.1', port, { ...shared, subgraphUrls: between })
    return prepare(member, nodeArguments(name), env, `http://127.0.0.1:${port}/readyz`)
  }
  const argument: CopierArgument = {
    copyUrls: ground.shown.copyUrls,
    ownerUrls: ground.shown.databaseUrls,
    feeds: ways(feeds),
    redisUrl: ground.shown.redisUrl,
    secret: ground.internalSecret,
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
