import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../../platform/root.ts'
import { forServices, services, type Service } from '../../../contracts/topology.ts'
import { environmentOf, nodeArguments } from '../../../local/system/environment.ts'
import type { Output } from '../../../local/system/output.ts'
import { inheritedEnv } from '../../../platform/config/read-config.ts'
import { manageProcess, type ManagedProcess } from '../../../local/processes/managed-process.ts'
import { freePorts } from '../../../platform/ports.ts'
import { httpProbe } from '../../../local/processes/readiness.ts'
import type { CopierArgument } from '../support/copier-process.ts'
import {
  loaderOption,
  openFailpoints,
  openSkewedClock,
  type Failpoints,
  type SkewedClock,
} from '../loader/control.ts'
import type { PlantName } from '../loader/plants.ts'
import type { Servers } from './servers.ts'
import { openProxy, through, type Proxy } from './proxy.ts'

/** The gateways that always run, each with a cache of its own. */
export const GATEWAYS = ['gateway', 'gateway 2'] as const
type GatewayName = (typeof GATEWAYS)[number]

export type MemberName = Service | GatewayName | 'copier'

/** One process, supervised like those of `npm start`. */
export type Member = { process: ManagedProcess; failpoints: Failpoints }

/** The proxies of one gateway: to each service, and to Redis. */
export type GatewayWays = { requests: Readonly<Record<Service, Proxy>>; redis: Proxy }

/** A gateway that runs for a while. */
export type GuestGateway = AsyncDisposable & { url: string; process: ManagedProcess }

/** The processes of a system, their failpoints, and the proxies between them. */
export type Fleet = AsyncDisposable & {
  /** The gateways that clients may ask now. A nemesis can replace them. */
  gatewayUrls: readonly string[]
  members: Readonly<Record<MemberName, Member>>
  /** Proxies from each gateway, and from other readers of a log to its owner. */
  proxies: {
    gateways: Readonly<Record<GatewayName, GatewayWays>>
    feeds: Readonly<Record<Service, Proxy>>
  }
  /** The wall clocks of gateways can be set. */
  clocks: Readonly<Record<GatewayName, SkewedClock>>
  /** URL of each service without a proxy. */
  urls: Readonly<Record<Service, string>>
  /** Starts another process of a service, which gets no requests and is not supervised. */
  second(service: Service): Promise<ManagedProcess>
  /** Starts one more gateway, without proxies. */
  guest(cache: 'on' | 'off'): Promise<GuestGateway>
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
  const named = [...services, ...GATEWAYS, ...services.map(secondOf), 'guest']
  const ports = await freePorts(named.length)
  const portOf = (name: string) => ports[named.indexOf(name)] as number
  const openAll = async () => {
    const opened = await Promise.all(services.map((service) => openProxy(portOf(service))))
    for (const proxy of opened) stack.use(proxy)
    return forServices((service) => opened[services.indexOf(service)] as Proxy)
  }
  const feeds = await openAll()
  const redisPort = Number(new URL(servers.redis.url).port)
  const openWays = async (): Promise<GatewayWays> => ({
    requests: await openAll(),
    redis: stack.use(await openProxy(redisPort)),
  })
  const gateways = { gateway: await openWays(), 'gateway 2': await openWays() }
  const urls = forServices((service) => `http://127.0.0.1:${portOf(service)}/graphql`)
  const ways = (proxies: GatewayWays['requests']) =>
    forServices((service) => through(urls[service], proxies[service]))
  const seenFolder = join(servers.folder, 'seen')
  await mkdir(seenFolder)
  const clockOf = (name: GatewayName) => join(servers.folder, `clock of ${name}`)

  async function prepare(name: string, node: readonly string[], env: Env, readyUrl: string | null) {
    const folder = failpointsOf(name)
    await mkdir(folder, { recursive: true })
    const process = manageProcess({
      name,
      command: globalThis.process.execPath,
      args: node,
      env,
      cwd: root,
      ipc: true,
      probe: readyUrl === null ? async () => null : httpProbe(readyUrl),
      onLine: (line) => output.line(name, line),
      report: (level, message) => output.report(name, level, message),
    })
    return { process, failpoints: openFailpoints(folder) }
  }

  const failpointsOf = (name: string) => join(servers.folder, `failpoints-${name}`)
  const loader = (name: string, clock?: string) =>
    loaderOption({ plants, failpoints: failpointsOf(name), ...(clock !== undefined && { clock }) })
  const inherited = {
    ...inheritedEnv(),
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    ACCESS_TOKEN_TTL_S: TOKEN_TTL_S,
    CACHE: 'on',
    REDIS_URL: servers.proxied.redisUrl,
  }
  const shared = {
    inherited,
    databaseUrls: servers.proxied.databaseUrls,
    internalSecret: servers.internalSecret,
    subgraphUrls: ways(feeds),
  }
  const readyUrl = (port: number) => `http://127.0.0.1:${port}/readyz`
  const serve = (service: Service, port: number) => {
    const env = environmentOf(service, '127.0.0.1', port, shared)
    return prepare(service, [loader(service), ...nodeArguments(service)], env, readyUrl(port))
  }
  const serveGateway = (name: GatewayName) => {
    const { requests, redis } = gateways[name]
    const env = environmentOf('gateway', '127.0.0.1', portOf(name), {
      ...shared,
      inherited: { ...inherited, REDIS_URL: through(servers.redis.url, redis) },
      subgraphUrls: ways(requests),
    })
    const node = [loader(name, clockOf(name)), ...nodeArguments('gateway')]
    return prepare(name, node, env, readyUrl(portOf(name)))
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
    users: await serve('users', portOf('users')),
    posts: await serve('posts', portOf('posts')),
    followers: await serve('followers', portOf('followers')),
    gateway: await serveGateway('gateway'),
    'gateway 2': await serveGateway('gateway 2'),
    copier: await prepare(
      'copier',
      [loader('copier'), copierFile, JSON.stringify(argument)],
      inheritedEnv(),
      null,
    ),
  } satisfies Record<MemberName, Member>
  const stop = (names: readonly MemberName[]) =>
    stack.defer(() => Promise.all(names.map((name) => members[name].process.stop())).then(() => {}))
  stop(services)
  stop(['copier', ...GATEWAYS])
  await Promise.all(Object.values(members).map(({ process }) => process.start()))
  const started = stack.move()
  return {
    gatewayUrls: GATEWAYS.map((name) => urlOf(portOf(name))),
    members,
    proxies: { gateways, feeds },
    clocks: {
      gateway: openSkewedClock(clockOf('gateway')),
      'gateway 2': openSkewedClock(clockOf('gateway 2')),
    },
    urls,
    async second(service) {
      const { process } = await serve(service, portOf(secondOf(service)))
      await process.start()
      return process
    },
    async guest(cache) {
      const port = portOf('guest')
      const own = { ...shared, inherited: { ...inherited, CACHE: cache }, subgraphUrls: urls }
      const env = environmentOf('gateway', '127.0.0.1', port, own)
      const node = [loader('guest'), ...nodeArguments('gateway')]
      const { process } = await prepare('guest', node, env, readyUrl(port))
      await process.start()
      return { url: urlOf(port), process, [Symbol.asyncDispose]: () => process.stop() }
    },
    seenFolder,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

const urlOf = (port: number) => `http://127.0.0.1:${port}/graphql`
const secondOf = (service: Service) => `second ${service}`

type Env = Readonly<Record<string, string | undefined>>
