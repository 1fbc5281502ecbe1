import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Person, People } from '../../cache-aside/support/people.ts'
import type { CacheBed, CachingGateway, Reading } from './cache-bed.ts'
import { loaderOption } from '../loader/control.ts'
import { MAX_LAG_MS } from '../system/readers.ts'
import { until } from '../support/until.ts'

/** A read whose response must be that of a gateway without a cache, and the checker that says so. */
export type CacheRead = { checker: CacheCheckerName; what: string; shown: string; expected: string }

export const CACHE_CHECKERS = [
  'own writes are read',
  'no stale cache read',
  'private data only for its viewer',
  'in the end, a cached response equals an uncached one',
] as const
export type CacheCheckerName = (typeof CACHE_CHECKERS)[number]

export type CacheScenario = (bed: CacheBed) => Promise<CacheRead[]>

function pair<Item>(items: readonly Item[]): [Item, Item] {
  const [first, second] = items
  if (first === undefined || second === undefined) throw new Error('a scenario needs two of them')
  return [first, second]
}

const profileOf = ({ handle }: Person): Reading => ({ page: 'profile', key: handle })
/** The end of the key of a whole response. */
const responseOf = ({ handle }: Person) => `,"${handle}"`
const userOf = ({ handle }: Person): Reading => ({ page: 'user', key: handle })

/** Reads until a cache answers. */
async function warm(gateway: CachingGateway, reading: Reading): Promise<void> {
  await until('a cache answers', async () => (await gateway.read(reading)).hit !== null)
}

async function judged(
  checker: CacheCheckerName,
  bed: CacheBed,
  gateway: CachingGateway,
  reading: Reading,
): Promise<CacheRead> {
  const { text: shown } = await gateway.read(reading)
  const { text: expected } = await bed.readUncached(reading)
  return { checker, what: JSON.stringify(reading), shown, expected }
}

const indexOf = ({ people }: People, person: Person) => people.indexOf(person)

/** A change comes while a gateway has read the old data, and has not stored it. */
export async function changedBeforeFill(bed: CacheBed): Promise<CacheRead[]> {
  const { gateway } = bed
  const [alice, bob] = pair(bed.people.people)
  await warm(gateway, userOf(bob))
  await gateway.failpoints.arm('before.fill', 'wait')
  const late = gateway.read(profileOf(alice))
  await gateway.failpoints.reached('before.fill')
  await bed.people.run('follow', indexOf(bed.people, alice), CAROL, 1)
  await gateway.covers(bed.people.token, userOf(bob))
  await gateway.failpoints.release('before.fill')
  await late
  const reading = { ...profileOf(alice), consistency: bed.people.token }
  return [await judged('own writes are read', bed, gateway, reading)]
}

/** The log brings a page that is older than the bound. A change has come since. */
export async function oldPage(bed: CacheBed): Promise<CacheRead[]> {
  const { gateway, people } = bed
  const [alice, bob] = pair(people.people)
  const { failpoints } = gateway
  await warm(gateway, userOf(alice))
  await failpoints.armFor(bob.id, 'log.read', 'wait')
  await people.run('follow', indexOf(people, bob), CAROL, 0)
  await failpoints.reached('log.read')
  await people.run('follow', CAROL, indexOf(people, alice), 0)
  const acknowledgedAt = performance.now()
  await until('the bound has passed', () => performance.now() - acknowledgedAt > MAX_LAG_MS)
  // The next page waits too: it has the change.
  await failpoints.nextFor(alice.id, 'log.read', 'wait')
  await failpoints.reached('log.read')
  const read = await judged('no stale cache read', bed, gateway, userOf(alice))
  await failpoints.release('log.read')
  return [read]
}

const CAROL = 2

/** A reader with the token of a change comes before the log does. */
export async function tokenBeforeLog(bed: CacheBed): Promise<CacheRead[]> {
  const { gateway } = bed
  const [alice] = pair(bed.people.people)
  await warm(gateway, userOf(alice))
  await gateway.failpoints.armFor(alice.id, 'log.read', 'wait')
  await bed.people.run('follow', CAROL, indexOf(bed.people, alice), 1)
  await gateway.failpoints.reached('log.read')
  const reading = { ...userOf(alice), consistency: bed.people.token }
  const read = await judged('own writes are read', bed, gateway, reading)
  await gateway.failpoints.release('log.read')
  return [read]
}

/** One user shows private data of a page to a cache, and another one reads the page. */
export async function twoViewers(bed: CacheBed): Promise<CacheRead[]> {
  const { gateway } = bed
  const [alice, bob] = pair(bed.people.people)
  await bed.people.run('follow', indexOf(bed.people, alice), indexOf(bed.people, bob), 0)
  await warm(gateway, userOf(bob))
  await gateway.covers(bed.people.token, userOf(alice))
  const page = { page: 'user', key: bob.handle, personal: true, consistency: bed.people.token } as const
  for (let i = 0; i < 3; i++) await gateway.read({ ...page, viewer: alice.token })
  const reading = { ...page, viewer: bob.token }
  return [
    await judged('private data only for its viewer', bed, gateway, reading),
    await judged('private data only for its viewer', bed, gateway, page),
  ]
}

/** A reader with the token of a change asks for what is in flight since before the change. */
export async function changedInFlight(bed: CacheBed): Promise<CacheRead[]> {
  const { gateway, people } = bed
  const [alice, bob] = pair(people.people)
  await gateway.failpoints.arm('before.fill', 'wait')
  const early = gateway.read(profileOf(alice))
  await gateway.failpoints.reached('before.fill')
  await people.run('follow', indexOf(people, alice), CAROL, 1)
  const reading = { ...profileOf(alice), consistency: people.token }
  const read = judged('own writes are read', bed, gateway, reading)
  // A gateway takes requests up in the order in which they come, so it has taken up the one before.
  await warm(gateway, userOf(bob))
  await gateway.failpoints.release('before.fill')
  await early
  return [await read]
}

/** A change comes while a gateway is about to store the old data. Then another gateway looks into Redis. */
export async function changedBeforeRedisFill(bed: CacheBed): Promise<CacheRead[]> {
  const { gateway, people } = bed
  const [another] = bed.others
  const [alice, bob, carol] = people.people
  if (!another || !alice || !bob || !carol) throw new Error('a gateway or a person is missing')
  await warm(gateway, userOf(bob))
  await warm(another, userOf(bob))
  await gateway.failpoints.arm('before.fill', 'wait')
  const early = gateway.read(userOf(alice))
  await gateway.failpoints.reached('before.fill')
  await people.run('follow', CAROL, indexOf(people, alice), 0)
  await gateway.covers(people.token, userOf(bob))
  await another.covers(people.token, userOf(bob))
  await gateway.failpoints.release('before.fill')
  await early
  // A gateway stores in the order of its reads, so what it stores for this one comes after.
  await gateway.read(userOf(carol))
  await bed.redis.has(responseOf(carol))
  const reading = { ...userOf(alice), consistency: people.token }
  return [await judged('own writes are read', bed, another, reading)]
}

/** The memory has a change, and Redis has what was read before it. */
export async function redisBehind(bed: CacheBed): Promise<CacheRead[]> {
  const { gateway, people } = bed
  const [alice, bob] = pair(people.people)
  await warm(gateway, userOf(bob))
  await warm(gateway, profileOf(alice))
  await bed.redis.has(responseOf(alice))
  await people.run('follow', indexOf(people, alice), CAROL, 0)
  await gateway.covers(people.token, userOf(bob))
  const reading = { ...profileOf(alice), consistency: people.token }
  return [await judged('own writes are read', bed, gateway, reading)]
}

/** The log goes on while no gateway runs. */
export async function positionLost(bed: CacheBed): Promise<CacheRead[]> {
  const { gateway, people } = bed
  const [alice, bob] = pair(people.people)
  await warm(gateway, profileOf(alice))
  await bed.redis.has(responseOf(alice))
  await gateway.process.stop()
  await people.run('follow', indexOf(people, alice), CAROL, 0)
  await gateway.process.start()
  await gateway.covers(people.token, userOf(bob))
  const reading = { ...profileOf(alice), consistency: people.token }
  return [await judged('own writes are read', bed, gateway, reading)]
}

/** A service does not respond for a moment. */
export async function serviceAway(bed: CacheBed): Promise<CacheRead[]> {
  const { gateway } = bed
  const [alice, bob] = pair(bed.people.people)
  await warm(gateway, userOf(bob))
  const way = gateway.ways.followers
  way.set({ kind: 'without', request: 'POST ' })
  await gateway.read(profileOf(alice))
  way.set({ kind: 'pass' })
  await until('the service responds again', async () => {
    const { text } = await gateway.read({ page: 'user', key: 'nobody_has_this' })
    return !text.includes('"errors"') && !(await gateway.read(profileOf(bob))).text.includes('"errors"')
  })
  return [await judged(IN_THE_END, bed, gateway, profileOf(alice))]
}

/** Something changes that the page of a user shows, and another service has. */
export async function nestedChanged(bed: CacheBed): Promise<CacheRead[]> {
  const { gateway, people } = bed
  const [alice, bob] = pair(people.people)
  await warm(gateway, profileOf(alice))
  await people.run('follow', indexOf(people, bob), indexOf(people, alice), 0)
  await gateway.covers(people.token, userOf(bob))
  const reading = { ...profileOf(alice), consistency: people.token }
  return [await judged(IN_THE_END, bed, gateway, reading)]
}

/** A user whom a text mentions is renamed. */
export async function mentionedUserRenamed(bed: CacheBed): Promise<CacheRead[]> {
  const { gateway } = bed
  const [alice, bob] = pair(bed.people.people)
  const mention = bed.people.posts.find(({ by }) => by === alice)
  const reading: Reading = { page: 'post', key: mention?.id ?? '' }
  await warm(gateway, reading)
  await bed.people.run('renameHandle', indexOf(bed.people, bob), 0, 0)
  const consistency = bed.people.token
  await gateway.covers(consistency, { ...reading, page: 'likers' })
  return [await judged(IN_THE_END, bed, gateway, { ...reading, consistency })]
}

const IN_THE_END = 'in the end, a cached response equals an uncached one'

/** A field rests on one of another service, which `@requires` sends along, and that changes. */
export async function requiredFieldChanged({ plants }: CacheBed): Promise<CacheRead[]> {
  const program = join(import.meta.dirname, '../support/required-fields-process.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [loaderOption({ plants }), program])
  const estimates = stdout.trim().split('\n')
  return [10, 20].map((estimate, i) => ({
    checker: IN_THE_END,
    what: `the estimate for the price ${estimate * 10}`,
    shown: estimates[i] ?? '',
    expected: JSON.stringify({ _entities: [{ estimate }] }),
  }))
}
