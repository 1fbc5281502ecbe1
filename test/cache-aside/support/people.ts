import { CONSISTENCY_HEADER } from '../../../contracts/consistency.ts'
import { gql, signUpUser } from '../../support/client.ts'

export type Person = { id: string; handle: string; token: string }

/**
 * Some people and their posts, and random mutations of them through the public API.
 *
 * @param url of the gateway. @default the gateway that all tests share
 */
export async function somePeople(count: number, url?: string) {
  const people: Person[] = await Promise.all(
    Array.from({ length: count }, () => signUpUser('facet', url === undefined ? {} : { url })),
  )
  const posts: { id: string; by: Person }[] = []
  let renames = 0
  const freed: string[] = []

  async function rename(person: Person, handle: string): Promise<void> {
    await mutate(person, 'renameHandle', { handle })
    freed.push(person.handle)
    person.handle = handle
  }

  /** The consistency token of the last mutation. */
  let token = ''

  async function mutate(by: Person, mutation: string, input: object, success = '') {
    const type = `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}`
    const { headers, body } = await gql<{ result: { __typename: string; post?: { id: string } } }>(
      `mutation ($input: ${type}Input!) { result: ${mutation}(input: $input) {
        __typename ... on ${type}Success { ${success || '__typename'} } } }`,
      { input },
      { token: by.token, ...(url !== undefined && { url }) },
    )
    if (body.errors || !body.data) throw new Error(`${mutation}: ${JSON.stringify(body)}`)
    token = headers.get(CONSISTENCY_HEADER) ?? token
    return body.data.result
  }

  const one = <Item>(items: readonly Item[], n: number): Item => items[n % items.length] as Item

  async function publish(by: Person, mutation: string, input: object): Promise<void> {
    const { post } = await mutate(by, mutation, input, 'post { id }')
    if (post) posts.push({ id: post.id, by })
  }

  const mutations = {
    createPost: (a: Person, b: Person) => publish(a, 'createPost', { text: `hello @${b.handle}` }),
    replyToPost: (a: Person, _: Person, n: number) =>
      publish(a, 'replyToPost', { postId: one(posts, n).id, text: 'a reply' }),
    async editPost(_: Person, b: Person, n: number) {
      const { id, by } = one(posts, n)
      await mutate(by, 'editPost', { postId: id, text: `edited ${n}, @${b.handle}` })
    },
    likePost: (a: Person, _: Person, n: number) => mutate(a, 'likePost', { postId: one(posts, n).id }),
    unlikePost: (a: Person, _: Person, n: number) => mutate(a, 'unlikePost', { postId: one(posts, n).id }),
    follow: (a: Person, b: Person) => mutate(a, 'follow', { userId: b.id }),
    unfollow: (a: Person, b: Person) => mutate(a, 'unfollow', { userId: b.id }),
    block: (a: Person, b: Person) => mutate(a, 'block', { userId: b.id }),
    unblock: (a: Person, b: Person) => mutate(a, 'unblock', { userId: b.id }),
    updateProfile: (a: Person, _: Person, n: number) =>
      mutate(a, 'updateProfile', { name: `Name ${n}`, bio: `${n}`, approvesFollowers: n % 2 === 1 }),
    renameHandle: (a: Person) => rename(a, `${a.handle.slice(0, 20)}_${++renames}`),
    async takeFreedHandle(_: Person, b: Person, n: number) {
      const [handle] = freed.splice(n % Math.max(1, freed.length), 1)
      if (handle !== undefined) await rename(b, handle)
    },
    async deletePost(_: Person, __: Person, n: number) {
      const { id, by } = one(posts, n)
      await mutate(by, 'deletePost', { postId: id })
    },
  }

  for (const person of people)
    await publish(person, 'createPost', { text: `hello @${one(people, 1).handle}` })

  return {
    get token() {
      return token
    },
    people,
    posts,
    mutations,
    async run(name: keyof typeof mutations, a: number, b: number, n: number): Promise<void> {
      await mutations[name](one(people, a), one(people, b), n)
    },
  }
}

export type People = Awaited<ReturnType<typeof somePeople>>
