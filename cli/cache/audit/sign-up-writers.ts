import { UserFacingError } from '../../../platform/lifecycle.ts'
import { pause } from '../../../patterns/change-log/index.ts'
import type { Random } from '../../../local/seed/random.ts'
import type { GatewayClient } from './gateway-client.ts'

export type WriteOptions = {
  gateways: readonly GatewayClient[]
  random: Random
  /** Writes per second. */
  rate: number
  /** Called with the reason of a failed write. */
  failed: (reason: string) => void
}

type Writer = { id: string; base: string; handle: string; password: string; token: string }
type Result = {
  __typename: string
  user?: { id: string }
  post?: { id: string }
  session?: { accessToken: string }
}
type Post = { id: string; by: Writer }

/** Number of people who sign up. */
const PEOPLE = 5
/** Number of posts that are edited and liked: the last ones. */
const POSTS = 20

/**
 * Signs up a few people, who can then write through the gateways until `stop` is aborted: they edit their profiles and posts, follow and like
 * each other. They are not deleted afterwards.
 *
 * @throws UserFacingError if they cannot sign up
 */
export async function signUpWriters(options: WriteOptions): Promise<(stop: AbortSignal) => Promise<void>> {
  const { gateways, random, rate, failed } = options
  const posts: Post[] = []
  let writes = 0

  async function mutate(name: string, input: object, token?: string, fields = '__typename'): Promise<Result> {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
    const text = `mutation ($input: ${type}Input!) { result: ${name}(input: $input) {
      __typename ... on ${type}Success { ${fields} } } }`
    const { data, error } = await random.pick(gateways).ask(text, { input }, token)
    const result = data?.['result'] as Result | null | undefined
    if (result?.__typename === `${type}Success`) return result
    throw new Error(`${name}: ${result?.__typename ?? error}`)
  }

  async function signUp(_: unknown, n: number): Promise<Writer> {
    // Another audit may have the same seed.
    const base = `audit${n}_${Date.now().toString(36)}_${random.below(1_000)}`
    const password = `${random.uint32()} ${random.uint32()}`
    const fields = 'user { id } session { accessToken }'
    const input = { handle: base, name: 'Auditor', password }
    const { user, session } = await mutate('signUp', input, undefined, fields)
    return { id: user?.id ?? '', base, handle: base, password, token: session?.accessToken ?? '' }
  }

  /** Access tokens expire. */
  async function signIn(self: Writer): Promise<void> {
    const input = { handle: self.handle, password: self.password }
    const { session } = await mutate('signIn', input, undefined, 'session { accessToken }')
    self.token = session?.accessToken ?? ''
  }

  async function createPost(by: Writer): Promise<void> {
    const { post } = await mutate('createPost', { text: `post ${++writes}` }, by.token, 'post { id }')
    if (post) posts.push({ id: post.id, by })
    if (posts.length > POSTS) posts.shift()
  }

  async function rename(self: Writer): Promise<void> {
    const handle = `${self.base}_${(++writes).toString(36)}`
    await mutate('renameHandle', { handle }, self.token)
    self.handle = handle
  }

  const acts: ((self: Writer, other: Writer, post: Post) => Promise<unknown>)[] = [
    (self) => createPost(self),
    (self) => rename(self),
    (self) => mutate('updateProfile', { name: `Auditor ${++writes}` }, self.token),
    (self, other) => mutate('follow', { userId: other.id }, self.token),
    (self, other) => mutate('unfollow', { userId: other.id }, self.token),
    (self, _, post) => mutate('likePost', { postId: post.id }, self.token),
    (self, _, post) => mutate('unlikePost', { postId: post.id }, self.token),
    (_, __, { id, by }) => mutate('editPost', { postId: id, text: `edit ${++writes}` }, by.token),
  ]

  const people = await Promise.all(Array.from({ length: PEOPLE }, signUp)).catch((error: unknown) => {
    throw new UserFacingError(
      `--writes: nobody can sign up (${String(error)}). Audit without --writes, while others write.`,
    )
  })
  return async (stop) => {
    while (!stop.aborted) {
      const [at, self] = [random.below(people.length), random.pick(people)]
      const other = people[(people.indexOf(self) + 1 + (at % (people.length - 1))) % people.length] ?? self
      const act = posts.length > 0 ? random.pick(acts) : createPost
      const post = posts[random.below(posts.length)] ?? { id: '', by: self }
      await act(self, other, post).catch(async (error: unknown) => {
        failed(error instanceof Error ? error.message : String(error))
        await signIn(self).catch(() => {})
        await signIn(post.by).catch(() => {})
      })
      await pause(1_000 / rate, stop)
    }
  }
}
