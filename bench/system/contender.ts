/** What the profile page says, whoever served it: ids as uuids, times in milliseconds, lists in the order shown. */
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
  /** Where the page is asked for. */
  url: string
  /** Process ids of its servers, the database's apart, by what they do. */
  servers: Readonly<Record<string, number>>
  /** Names of its databases. */
  databases: readonly string[]
  /** The request for one page. */
  body(handle: string): string
  /** Its answer in the common form. @throws TypeError when it has another shape */
  read(data: unknown): Page
}
