import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Viewer } from '../../platform/internal-auth.ts'
import { COMMANDS, COUNTS, decided, look, send as sendCommand, someone, type Counts } from './api.ts'
import { possibleModels, step, type Model, type Step } from './model.ts'

const PEOPLE = 5
const person = fc.nat({ max: PEOPLE - 1 })
const aStep = fc.record({ actor: person, command: fc.constantFrom(...COMMANDS), other: person })
/** Steps of one batch are sent at the same time, so two of them may be about one pair of people. */
const batches = fc.array(fc.array(aStep, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 10 })
/** Few people and many follows, so that races about one pair are frequent. */
const crowdedBatches = fc.array(
  fc.array(fc.record({ actor: fc.nat(1), command: fc.constantFrom(...COMMANDS), other: fc.nat(2) }), {
    minLength: 2,
    maxLength: 5,
  }),
  { minLength: 1, maxLength: 6 },
)

describe('counts, connections and flags equal those of a model in memory', () => {
  it('after any sequence of commands, one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { minLength: 1, maxLength: 25 }), async (steps) => {
        const people = Array.from({ length: PEOPLE }, someone)
        let model: Model = new Set()
        for (const next of steps) {
          const outcome = step(model, next)
          expect(await send(people, next)).toBe(outcome.response)
          model = outcome.model
        }
        expect(await observe(people)).toEqual(describeModel(model))
      }),
      { numRuns: 25 },
    )
  })

  it.each([
    ['any pairs', batches],
    ['few pairs', crowdedBatches],
  ])(
    'after any sequence of batches of commands sent at the same time, about %s',
    async (_, sequences) => {
      await fc.assert(
        fc.asyncProperty(sequences, async (sequence) => {
          const people = Array.from({ length: PEOPLE }, someone)
          let models: Model[] = [new Set()]
          for (const steps of sequence) {
            const answers = await Promise.all(steps.map((next) => send(people, next)))
            models = distinct(models.flatMap((model) => possibleModels(model, steps, answers)))
          }
          const observed = await observe(people)
          expect(models.map(describeModel)).toContainEqual(observed)
        }),
        { numRuns: 25 },
      )
    },
    60_000,
  )
})

async function send(people: readonly Viewer[], { actor, command, other }: Step): Promise<string> {
  const [viewer, userId] = [at(people, actor), at(people, other).id]
  const { __typename: type, followState } = await sendCommand(viewer, command, userId)
  if (followState === 'REQUESTED') await decided(viewer, userId)
  return type
}

type Nodes = { nodes: { id: string }[] }
type Seen = Counts & Record<'followers' | 'following' | 'followersYouKnow', Nodes>

/** Everything that the API says of the people, as each of them sees it; people as numbers, lists in their order. */
async function observe(people: readonly Viewer[]) {
  const number = new Map(people.map(({ id }, i) => [id, i]))
  const numbers = ({ nodes }: Nodes) => nodes.map(({ id }) => number.get(id) ?? -1).toSorted((a, b) => a - b)
  const lists = ['followers', 'following', 'followersYouKnow'].map((list) => `${list} { nodes { id } }`)
  return Promise.all(
    people.map(async (viewer) => {
      const { users } = await look<Seen>(
        viewer,
        people.map(({ id }) => id),
        `${COUNTS} ${lists.join(' ')}`,
      )
      return users.map(({ followers, following, followersYouKnow, ...counts }) => ({
        ...counts,
        id: number.get(counts.id),
        followers: numbers(followers),
        following: numbers(following),
        followersYouKnow: numbers(followersYouKnow),
      }))
    }),
  )
}

/** What `observe` must see of a model. */
function describeModel(model: Model) {
  const everybody = Array.from({ length: PEOPLE }, (_, i) => i)
  const followersOf = (user: number) => everybody.filter((other) => model.has(`${other} follows ${user}`))
  return everybody.map((viewer) =>
    everybody.map((user) => {
      const following = everybody.filter((other) => model.has(`${user} follows ${other}`))
      return {
        id: user,
        followerCount: followersOf(user).length,
        followingCount: following.length,
        viewerFollows: model.has(`${viewer} follows ${user}`),
        viewerFollowState: model.has(`${viewer} follows ${user}`) ? 'FOLLOWING' : 'NONE',
        followsViewer: model.has(`${user} follows ${viewer}`),
        viewerBlocks: model.has(`${viewer} blocks ${user}`),
        followers: followersOf(user),
        following,
        followersYouKnow: followersOf(user).filter((other) => model.has(`${viewer} follows ${other}`)),
      }
    }),
  )
}

function distinct(models: readonly Model[]): Model[] {
  return [...new Map(models.map((model) => [[...model].toSorted().join(), model])).values()]
}

function at(people: readonly Viewer[], i: number): Viewer {
  return people[i] ?? { id: '', session: null }
}
