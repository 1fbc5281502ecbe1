import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../../../local/seed/random.ts'
import type { World } from './deed.ts'
import { claimsOfPost, claimsOfUser, type Claim } from './claims.ts'
import { ask, type Hit } from './client.ts'
import { PAGES, queryOf, type Page, type PageName } from './pages.ts'
import type { Person } from './people.ts'
import { isShared } from './relation-deeds.ts'
import type { Fact } from './verify-read.ts'

/** What readers have seen. */
export type PageSights = {
  /** Reads with a complete response, those of them without a token, and those that a cache answered. */
  reads: number
  withoutToken: number
  hits: Record<Hit, number>
  claims: number
  /** What had been superseded for too long when the read began. */
  stale: string[]
  /** What only another viewer may see. */
  foreign: string[]
}

export const nothingSeen = (): PageSights => ({
  reads: 0,
  withoutToken: 0,
  hits: { memory: 0, redis: 0 },
  claims: 0,
  stale: [],
  foreign: [],
})

/**
 * How long a write may have been acknowledged before a read without a token must show it: the maximum age of what the
 * cache knows about a database. Milliseconds.
 */
export const MAX_LAG_MS = 5_000

export type ReaderOptions = {
  urls: () => readonly string[]
  world: World
  sights: PageSights
  facts: Fact[]
  stop: AbortSignal
  /** Creates the random numbers of a step. */
  randomOf: (step: number) => Random
  /** Maximum pause after a read. Milliseconds. */
  restMs: number
}

/** Maximum number of reads of a page one after the other. */
const MAX_TIMES = 6

/** Reads pages until stopped, without a token and under the tokens of others, as nobody and as one of them. */
export async function readPages(options: ReaderOptions): Promise<void> {
  const { stop, randomOf, restMs } = options
  const handles = new Map<Person, string>()
  for (let step = 1; !stop.aborted; step++) {
    const random = randomOf(step)
    const plan = planOf(options, random, handles)
    if (!plan) {
      await delay(restMs)
      continue
    }
    // Again, so that a cache can answer.
    const times = 1 + random.below(MAX_TIMES)
    for (let i = 0; i < times; i++) {
      await read(options, plan, random.pick(options.urls()))
      await delay(random.below(restMs))
    }
  }
}

type Plan = {
  page: PageName
  key: string
  /** The user, or the author of the post. */
  subject: Person
  viewer: Person | null
  personal: boolean
  /** Those whose tokens are sent. */
  trusted: readonly Person[]
  traceId: string
}

function planOf({ world }: ReaderOptions, random: Random, handles: Map<Person, string>): Plan | null {
  const subject = random.pick(world.people)
  const page = random.pick(PAGES)
  const viewer = random.chance(0.3) ? random.pick(world.people) : null
  const personal = random.chance(0.2)
  const trusted = random.chance(0.3) ? [subject, ...(viewer ? [viewer] : [])] : []
  const [formerly, nth] = [random.chance(0.1), random.below(4)]
  const traceId = Buffer.from(random.bytes(new Uint8Array(16))).toString('hex')
  const key =
    page === 'post' || page === 'likers' ? subject.shelf.recent(4)[nth] : handleOf(subject, handles, formerly)
  return key === undefined ? null : { page, key, subject, viewer, personal, trusted, traceId }
}

/** The handle of a user, or the one before. */
function handleOf(subject: Person, handles: Map<Person, string>, formerly: boolean): string | undefined {
  const before = handles.get(subject)
  const now = subject.handle.certain() ?? before
  if (formerly && before !== undefined) return before
  if (now !== undefined) handles.set(subject, now)
  return now
}

async function read(
  { world, sights, facts }: ReaderOptions,
  { page, key, subject, viewer, personal, trusted, traceId }: Plan,
  url: string,
): Promise<void> {
  const lagOf = (writer: Person) => (trusted.includes(writer) ? 0 : MAX_LAG_MS)
  const claims =
    page === 'post' || page === 'likers'
      ? claimsOfPost(world, subject, key, lagOf)
      : claimsOfUser(world, subject, key, lagOf)
  if (viewer && personal) claims.push(...ownClaims(viewer, subject, key, lagOf(viewer)))
  const tokens = trusted.map(({ consistency }) => consistency).filter((token) => token !== null)
  const response = await ask(url, {
    query: queryOf(page, personal),
    variables: { key },
    accessToken: viewer?.accessToken ?? '',
    consistency: tokens.length > 0 ? tokens.join(', ') : null,
    traceId,
  })
  // Of a response with errors, it is not said which fields they left out.
  if (response.kind !== 'answered' || !response.body.data || response.body.errors) return
  const shown = response.body.data as Page
  sights.reads++
  if (tokens.length === 0) sights.withoutToken++
  if (response.hit) sights.hits[response.hit]++
  sights.claims += claims.length
  const where = `${url}, ${page} ${key}${response.hit ? `, from ${response.hit}` : ''}, request ${traceId}`
  for (const claim of claims) note(claim, claim.fault(shown))
  if (personal) sights.foreign.push(...foreignIn(shown, viewer, subject).map((what) => `${where}: ${what}`))

  function note({ writer }: Claim, fault: string | null): void {
    if (lagOf(writer) > 0) {
      if (fault !== null) sights.stale.push(`${where}: ${fault}`)
    } else if (fault === null) facts.push({ operation: traceId, verdict: 'shown', what: page })
    else facts.push({ operation: traceId, verdict: 'missing', what: `${where}: ${fault}` })
  }
}

/** What only the viewer sees. */
function ownClaims(viewer: Person, subject: Person, key: string, lagMs: number): Claim[] {
  const follows = viewer.follows.get(subject.id)?.expect(lagMs)
  const likes = viewer.likes.get(key)?.expect(lagMs)
  const wrong = (what: string, value: unknown, accepted: boolean | undefined) =>
    accepted === false ? `${what} of ${viewer.id} is ${String(value)}` : null
  return [
    {
      writer: viewer,
      fault({ user }) {
        if (user?.id !== subject.id) return null
        return wrong('viewerFollows', user.viewerFollows, follows?.accepts(user.viewerFollows))
      },
    },
    {
      writer: viewer,
      fault: ({ post }) =>
        post ? wrong('viewerHasLiked', post.viewerHasLiked, likes?.accepts(post.viewerHasLiked)) : null,
    },
  ]
}

/** Private data of a page that is not the viewer's. */
function foreignIn({ user, post }: Page, viewer: Person | null, subject: Person): string[] {
  const own = [
    ...(user ? [user.viewerFollows, user.followsViewer, user.viewerBlocks] : []),
    ...(post ? [post.viewerHasLiked] : []),
  ]
  const faults: string[] = []
  const mayBlock = viewer !== null && isShared(viewer, subject)
  if (user?.viewerBlocks === true && !mayBlock) faults.push('viewerBlocks is true')
  if (viewer === null && own.some((value) => value !== null))
    faults.push(`an anonymous reader got ${JSON.stringify(own)}`)
  if (viewer !== null && own.some((value) => value === null))
    faults.push(`${viewer.id} got ${JSON.stringify(own)}`)
  return faults
}
