import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { COMMANDS } from '../followers/api.ts'
import { someone } from '../posts/api.ts'
import { openRelations } from './bed.ts'
import { foldPosts, foldRelations } from './fold.ts'
import { countRequests, readPosts, readRelations } from './tables.ts'

let bed: Awaited<ReturnType<typeof openRelations>>
beforeAll(async () => {
  bed = await openRelations()
})
afterAll(() => bed[Symbol.asyncDispose]())

const person = fc.nat(2)
/** Batches whose commands are sent at the same time, about few enough that they meet. */
const batchesOf = <T>(step: fc.Arbitrary<T>) =>
  fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 })

const postStep = fc.record({
  actor: person,
  mutation: fc.constantFrom('replyToPost', 'editPost', 'likePost', 'unlikePost', 'likePost', 'deletePost'),
  post: fc.nat(3),
  version: fc.integer({ min: 1, max: 3 }),
})

test('the fold of the events of posts equals the state and the counts', async () => {
  const { posts } = bed
  await fc.assert(
    fc.asyncProperty(batchesOf(postStep), async (batches) => {
      const people = [someone(), someone(), someone()]
      const ids = await Promise.all(
        people.map(async (author) => {
          const { payload } = await posts.send('createPost', author, { text: 'One' })
          return payload.post?.id ?? ''
        }),
      )
      for (const batch of batches) {
        const sent = await Promise.all(
          batch.map(({ actor, mutation, post, version }, i) => {
            const input = { postId: ids[post % ids.length] }
            const fields =
              mutation === 'editPost' ? { text: `Text ${i}`, expectedVersion: version } : { text: 'Reply' }
            const text = mutation === 'editPost' || mutation === 'replyToPost' ? fields : {}
            return posts.send(mutation, people[actor] ?? null, { ...input, ...text })
          }),
        )
        for (const { payload } of sent)
          if (payload.post && !ids.includes(payload.post.id)) ids.push(payload.post.id)
      }
      const { posts: state, wrong } = await readPosts(posts.database)
      expect(foldPosts(await posts.told('0'))).toEqual(state)
      expect(wrong).toEqual([])
    }),
    { numRuns: 25 },
  )
})

const relationStep = fc.record({ actor: person, command: fc.constantFrom(...COMMANDS), other: person })

test('the fold of the events of followers equals the follows, the blocks and the counts', async () => {
  const { followers, person: newcomer } = bed
  await fc.assert(
    fc.asyncProperty(batchesOf(relationStep), async (batches) => {
      const people = [newcomer(), newcomer(), newcomer()]
      for (const batch of batches) {
        await Promise.all(
          batch.map(({ actor, command, other }) =>
            followers.send(command, people[actor] ?? null, { userId: people[other]?.id }),
          ),
        )
      }
      for (let open = 1; open > 0;) open = await countRequests(followers.database)
      const { edges, wrong } = await readRelations(followers.database)
      expect(foldRelations(await followers.told('0'))).toEqual(edges)
      expect(wrong).toEqual([])
    }),
    { numRuns: 25 },
  )
})
