import type { Page } from './pages.ts'
import type { Person } from './people.ts'
import type { Register } from './register.ts'
import type { World } from './deed.ts'
import { isShared } from './relation-deeds.ts'

/** Something that a page must show. It is made before the read, and judged after it. */
export type Claim = {
  /** Whose write it is about. */
  writer: Person
  /** @returns null if the page shows it, or if it is not known what it must show */
  fault(page: Page): string | null
}

type Possible = () => ReadonlySet<unknown> | null

/** A register that does not exist has never been written. */
function possible(registers: ReadonlyMap<string, Register>, key: string, lagMs: number): Possible {
  const register = registers.get(key)
  if (!register) return () => (registers.has(key) ? null : NEVER)
  const expectation = register.expect(lagMs)
  return () => expectation?.values() ?? null
}

const NEVER: ReadonlySet<unknown> = new Set(['false'])
const EITHER: ReadonlySet<unknown> = new Set(['true', 'false'])

function follows(follower: Person, followee: Person, lagMs: number): Possible {
  return isShared(follower, followee) ? () => EITHER : possible(follower.follows, followee.id, lagMs)
}

function oneOf(what: string, values: ReadonlySet<unknown> | null, value: unknown): string | null {
  if (!values || values.has(String(value))) return null
  return `${what} is ${JSON.stringify(value)}, not ${[...values].join(' or ')}`
}

/** The number of edges: each may exist, or must. */
function counted(what: string, edges: readonly Possible[], count: number): string | null {
  let [least, most] = [0, 0]
  for (const edge of edges) {
    const values = edge()
    if (!values) return null
    if (values.has('true')) most++
    if (!values.has('false')) least++
  }
  return within(what, { least, most }, count)
}

function within(what: string, bounds: { least: number; most: number } | null, count: number): string | null {
  if (!bounds || (count >= bounds.least && count <= bounds.most)) return null
  return `${what} is ${count}, not ${bounds.least} to ${bounds.most}`
}

/** How long a write of a person may have been acknowledged before a read must show it. Milliseconds. */
export type LagOf = (writer: Person) => number

/** What the page of a user must show. @param handle that the user is looked up by */
export function claimsOfUser({ people }: World, subject: Person, handle: string, lagOf: LagOf): Claim[] {
  const lagMs = lagOf(subject)
  const [handles, bio] = [subject.handle.expect(lagMs), subject.bio.expect(lagMs)]
  const shelf = subject.shelf.expect(lagMs)
  const others = people.filter((person) => person !== subject)
  const greatestLag = others.reduce((one, other) => (lagOf(other) > lagOf(one) ? other : one))
  const ofSubject = (page: Page) => (page.user?.id === subject.id ? page.user : null)
  const own = (fault: (user: NonNullable<Page['user']>) => string | null): Claim => ({
    writer: subject,
    fault(page) {
      const user = ofSubject(page)
      return user && fault(user)
    },
  })
  const edges = others.map((other) => ({
    other,
    toSubject: follows(other, subject, lagOf(other)),
    fromSubject: follows(subject, other, lagMs),
  }))
  return [
    {
      writer: subject,
      fault(page) {
        const values = handles?.values() ?? null
        if (ofSubject(page)) return oneOf('the handle', values, page.user?.handle)
        return values?.size === 1 && values.has(handle)
          ? `${handle} is said to belong to ${page.user?.id ?? 'nobody'}`
          : null
      },
    },
    own((user) => oneOf('the bio', bio?.values() ?? null, user.bio)),
    own((user) => (user.postCount === undefined ? null : within('postCount', shelf.count(), user.postCount))),
    own(({ posts }) => {
      if (!posts) return null
      const faults = shelf.faultsOf(
        posts.nodes.map(({ id }) => id),
        !posts.pageInfo.hasNextPage,
      )
      return faults.length > 0 ? faults.join(', ') : null
    }),
    own(({ followingCount }) =>
      followingCount === undefined
        ? null
        : counted(
            'followingCount',
            edges.map(({ fromSubject }) => fromSubject),
            followingCount,
          ),
    ),
    {
      // The count is only as new as the least new of its edges must be.
      writer: greatestLag,
      fault(page) {
        const count = ofSubject(page)?.followerCount
        if (count === undefined) return null
        const all = edges.map(({ toSubject }) => toSubject)
        return counted('followerCount', all, count)
      },
    },
    ...edges.map(({ other, toSubject }): Claim => ({
      writer: other,
      fault(page) {
        const followers = ofSubject(page)?.followers?.nodes
        return followers
          ? oneOf(
              `following by ${other.id}`,
              toSubject(),
              followers.some((user) => user?.id === other.id),
            )
          : null
      },
    })),
  ]
}

/** What the page of a post must show. */
export function claimsOfPost({ people }: World, author: Person, postId: string, lagOf: LagOf): Claim[] {
  const lagMs = lagOf(author)
  const shelf = author.shelf.expect(lagMs)
  const text = author.posts.get(postId)?.text.expect(lagMs) ?? null
  const likes = people.map((person) => ({
    person,
    edge: possible(person.likes, postId, lagOf(person)),
  }))
  const greatestLag = people.reduce((one, other) => (lagOf(other) > lagOf(one) ? other : one))
  const ofPost = (page: Page) => page.post ?? null
  return [
    {
      writer: author,
      fault(page) {
        if (ofPost(page)) return shelf.mayShow(postId) ? null : `${postId} was deleted, and is shown`
        return shelf.mayMiss(postId) ? null : `${postId} exists, and is not shown`
      },
    },
    {
      writer: author,
      fault: (page) => {
        const post = ofPost(page)
        return post && oneOf('the text', text?.values() ?? null, post.text.split(' ')[0])
      },
    },
    {
      writer: greatestLag,
      fault(page) {
        const count = ofPost(page)?.likeCount
        if (count === undefined) return null
        return counted(
          'likeCount',
          likes.map(({ edge }) => edge),
          count,
        )
      },
    },
    ...likes.map(({ person, edge }): Claim => ({
      writer: person,
      fault(page) {
        const likers = ofPost(page)?.likers?.nodes
        return likers
          ? oneOf(
              `liking by ${person.id}`,
              edge(),
              likers.some((user) => user?.id === person.id),
            )
          : null
      },
    })),
  ]
}
