import { startIssuer } from '../../gateway/issuer.ts'
import { load } from '../../support/load.ts'
import { spread } from '../../support/statistics.ts'
import type { BenchSettings } from '../arguments.ts'
import { figure, rounded, type Figure } from '../figures.ts'
import { openServers } from '../servers.ts'
import { MUTATIONS, mutationsOf, requireSuccess, toOutgoing, type MutationName } from './mutations.ts'
import { openSystem, type OpenSystem } from './open-system.ts'
import { createPosts } from './people.ts'

const CONNECTIONS = 8
const PEOPLE = 200
const POSTS = 400
const WARM_UP_MS = 4_000

/**
 * - `bare`: commands write no events, and there is no relay
 * - `written`: commands write events, and there is no relay
 * - `whole`: commands write events, and the relay takes ticks and copies them to Redis
 */
const VARIANTS = {
  bare: ['without-insert.ts', 'without-relay.ts'],
  written: ['without-relay.ts'],
  whole: [],
} as const
type Variant = keyof typeof VARIANTS
const variants = Object.keys(VARIANTS) as Variant[]

type Cost = { cpuMs: Figure; parts: Record<string, number>; perSecond: Figure }
/** CPU ms of one mutation through the gateway, in all processes except the load's and Redis; and what is added to `bare`. */
export type MutationResult = {
  mutations: Record<MutationName, Record<Variant, Cost> & { writePath: Figure; wholeLog: Figure }>
}

type Window = { cpuMs: number; parts: Record<string, number>; perSecond: number }

/** Measures the CPU that the change log adds to a mutation through GraphQL, Postgres included and Redis not. */
export async function measureMutation(
  { rounds, windowSeconds }: BenchSettings,
  log: (line: string) => void,
): Promise<MutationResult> {
  await using stack = new AsyncDisposableStack()
  const servers = stack.use(await openServers({ commitTimes: false }))
  const issuer = stack.use(await startIssuer())
  const stages = []
  for (const [i, name] of variants.entries()) {
    const opened = stack.use(
      await openSystem({ servers, name, redisDatabase: i, standIns: VARIANTS[name], issuer, people: PEOPLE }),
    )
    const postIds = await createPosts(opened.system.gatewayUrl, opened.people, POSTS)
    const requests = {
      createPost: mutationsOf('createPost', opened.people, postIds),
      likePost: mutationsOf('likePost', opened.people, postIds),
    }
    for (const mutation of MUTATIONS) await measureWindow(opened, requests[mutation], WARM_UP_MS)
    log(`mutation: ${name} is ready`)
    stages.push({ name, opened, requests })
  }
  const result: Partial<MutationResult['mutations']> = {}
  for (const mutation of MUTATIONS) {
    const windows: Record<Variant, Window[]> = { bare: [], written: [], whole: [] }
    for (let round = 1; round <= rounds; round++) {
      for (const { name, opened, requests } of stages) {
        const window = await measureWindow(opened, requests[mutation], windowSeconds * 1_000)
        windows[name].push(window)
        log(
          `${mutation}, round ${round}: ${name} ${window.cpuMs.toFixed(3)} ms CPU, ${Math.round(window.perSecond)}/s`,
        )
      }
    }
    result[mutation] = summarise(windows)
  }
  return { mutations: result as MutationResult['mutations'] }
}

async function measureWindow(
  { system, cpu }: OpenSystem,
  next: ReturnType<typeof mutationsOf>,
  ms: number,
): Promise<Window> {
  const before = await cpu()
  const end = performance.now() + ms
  const { requests, seconds } = await load({
    port: Number(new URL(system.gatewayUrl).port),
    connections: CONNECTIONS,
    next() {
      if (performance.now() >= end) return null
      const { person, body } = next()
      return toOutgoing(system.gatewayUrl, person, body)
    },
    judge: (_, head, body) => requireSuccess(head, body),
  })
  const after = await cpu()
  const parts = Object.fromEntries(
    Object.entries(after).map(([name, used]) => [name, (used - (before[name] ?? 0)) / requests]),
  )
  const cpuMs = Object.values(parts).reduce((sum, part) => sum + part, 0)
  return { cpuMs, parts, perSecond: requests / seconds }
}

function summarise(windows: Readonly<Record<Variant, readonly Window[]>>) {
  const costOf = (name: Variant): Cost => ({
    cpuMs: figure(windows[name].map(({ cpuMs }) => cpuMs)),
    parts: Object.fromEntries(
      Object.keys(windows[name][0]?.parts ?? {}).map((part) => [
        part,
        rounded(spread(windows[name].map(({ parts }) => parts[part] ?? 0)).median),
      ]),
    ),
    perSecond: figure(windows[name].map(({ perSecond }) => perSecond)),
  })
  const added = (name: Variant) =>
    figure(windows[name].map(({ cpuMs }, i) => cpuMs / (windows.bare[i]?.cpuMs ?? Number.NaN) - 1))
  return {
    bare: costOf('bare'),
    written: costOf('written'),
    whole: costOf('whole'),
    writePath: added('written'),
    wholeLog: added('whole'),
  }
}
