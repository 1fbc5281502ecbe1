/**
 * Content of the profile page in a form common to all contenders: ids are uuids, times are in milliseconds, lists are
 * in the order of the page.
 */
export type Page = {
  id: string
  handle: string
  name: string
  bio: string
  followerCount: number
  followingCount: number
  posts: { id: string; text: string; createdAt: number; likeCount: number; author: Person }[]
  followers: Person[]
}
export type Person = { handle: string; name: string }

export const CONTENDERS = ['tessera', 'naive', 'postgraphile'] as const
export type ContenderName = (typeof CONTENDERS)[number]

/** A running system that serves the profile page. Disposing stops its processes. */
export type Contender = AsyncDisposable & {
  name: ContenderName
  /** URL of the page. */
  url: string
  /** Process ids of its servers, without the database, by purpose. */
  servers: Readonly<Record<string, number>>
  /** Names of its databases. */
  databases: readonly string[]
  /** Builds the request body for one page. */
  body(handle: string): string
  /** Converts the response to the common form. @throws TypeError if it has another shape */
  read(data: unknown): Page
}
