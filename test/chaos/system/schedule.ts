import { createRandom, type Random } from '../../../local/seed/random.ts'
import { dropped, forgotten, partitioned, silent, slow, torn } from './nemeses/network.ts'
import { poisoned } from './nemeses/poison.ts'
import { crashed, idleWriter, orphan, terminated } from './nemeses/postgres.ts'
import { atFailpoint, atFill, killed, stopped, zombie } from './nemeses/processes.ts'
import { cachesAway, clockSkewed, logCut, slowFills, thirdGateway } from './nemeses/caches.ts'
import { evicting, flushed, redisKilled, redisRestored, slowRedis, trimmed } from './nemeses/redis.ts'
import { backedUp, restored } from './nemeses/restore.ts'
import type { Nemesis } from './nemesis.ts'

/** All nemeses by name. Those listed twice are twice as frequent. */
const NEMESES = {
  killed,
  'killed again': killed,
  'at a failpoint': atFailpoint,
  'at another failpoint': atFailpoint,
  'at one more failpoint': atFailpoint,
  stopped,
  zombie,
  crashed,
  terminated,
  idleWriter,
  orphan,
  backedUp,
  restored,
  redisKilled,
  redisRestored,
  flushed,
  evicting,
  trimmed,
  slowRedis,
  dropped,
  partitioned,
  silent,
  forgotten,
  slow,
  torn,
  poisoned,
  atFill,
  'at another fill': atFill,
  thirdGateway,
  cachesAway,
  logCut,
  'log cut again': logCut,
  slowFills,
  clockSkewed,
} satisfies Record<string, Nemesis>

export type NemesisName = keyof typeof NEMESES

export const NEMESIS_NAMES = Object.keys(NEMESES) as NemesisName[]

/** Nemeses that make a database or all gateways unavailable. They never run together with one that needs them. */
const ALONE: readonly NemesisName[] = ['restored', 'backedUp', 'crashed', 'cachesAway', 'thirdGateway']

/** A step: one nemesis or two concurrent ones, then a pause. */
export type Step = { number: number; names: readonly NemesisName[]; calmMs: number }

/** All steps. A run does as many as it has time for. They depend on the seed only. */
export function* schedule(seed: number): Generator<Step> {
  const random = createRandom(seed, 'schedule')
  let deck: NemesisName[] = []
  const draw = (): NemesisName => {
    if (deck.length === 0) deck = shuffled(NEMESIS_NAMES, random)
    return deck.pop() as NemesisName
  }
  for (let number = 1; ; number++) {
    const first = draw()
    const names = [first]
    const top = deck.at(-1)
    if (random.chance(0.3) && top !== undefined && !ALONE.includes(first) && !ALONE.includes(top))
      names.push(draw())
    yield { number, names, calmMs: 300 + random.below(1_500) }
  }
}

export function nemesisOf(name: NemesisName): Nemesis {
  return NEMESES[name]
}

/** Each nemesis has its own random numbers, which are the same in each run. */
export function randomOf(seed: number, { number }: Step, name: NemesisName): Random {
  return createRandom(seed, `step ${number}: ${name}`)
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const left = [...items]
  const order: Item[] = []
  while (left.length > 0) order.push(...left.splice(random.below(left.length), 1))
  return order
}
