import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { parseIdOf } from '../../contracts/ids.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { act, COMMANDS, someone } from './api.ts'
import { askViewer, type Side } from './past.ts'

let client: Client
beforeAll(async () => {
  client = new Client({ connectionString: inject('system').databaseUrls.followers })
  await client.connect()
})
afterAll(() => client.end())

const PEOPLE = 4
const person = fc.nat({ max: PEOPLE - 1 })
const aStep = fc.record({ actor: person, command: fc.constantFrom(...COMMANDS), other: person })
/** Steps of one batch are sent at the same time. */
const batches = fc.array(fc.array(aStep, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 })

type Question = { viewer: Viewer; side: Side; asOf: Date }
type Answered = Question & { answer: string[] }
/** A follow that began, and when it ended. */
type Period = { follower: string; followee: string; began: Date; ended: Date | null }

test('answers about the past never change, whatever happens later, and agree with the events', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (sequence) => {
      const people = Array.from({ length: PEOPLE }, someone)
      const remembered: Answered[] = []
      for (const steps of sequence) {
        await Promise.all(
          steps
            .filter(({ actor, other }) => actor !== other)
            .map(({ actor, command, other }) => act(at(people, actor), command, at(people, other).id)),
        )
        // Nothing runs now, so what comes later is recorded later than the last millisecond.
        remembered.push(...(await ask(questions(people, new Date(Date.now() - 1)))))
      }
      expect(await ask(remembered)).toEqual(remembered)
      const periods = await foldPeriods(people)
      for (const question of remembered) expect(question.answer).toEqual(expected(periods, question))
      const edges = periods.flatMap(({ began, ended }) => (ended ? [began, ended] : [began]))
      const around = edges
        .slice(0, 6)
        .flatMap((edge) => [-1, 0, 1].map((ms) => new Date(edge.getTime() + ms)))
      const exact = around.filter((time) => time.getTime() < Date.now())
      for (const asked of await ask(exact.flatMap((time) => questions(people, time))))
        expect(asked.answer).toEqual(expected(periods, asked))
    }),
    { numRuns: 12 },
  )
}, 90_000)

function questions(people: readonly Viewer[], asOf: Date): Question[] {
  return people.flatMap((viewer) =>
    (['followers', 'following'] as const).map((side) => ({ viewer, side, asOf })),
  )
}

/** One request for all questions of a viewer. */
async function ask(asked: readonly Question[]): Promise<Answered[]> {
  const answers = new Map<Question, string[]>()
  for (const [viewer, own] of Map.groupBy(asked, (question) => question.viewer)) {
    const lists = own.map(
      ({ side, asOf }, i) => `q${i}: ${side}(first: 100, asOf: "${asOf.toISOString()}") { nodes { id } }`,
    )
    const found = await askViewer<Record<string, { nodes: { id: string }[] }>>(viewer, lists.join(' '))
    expect(found.errors).toEqual([])
    for (const [i, question] of own.entries())
      answers.set(
        question,
        (found.viewer?.[`q${i}`]?.nodes ?? []).map(({ id }) => id),
      )
  }
  return asked.map((question) => ({ ...question, answer: answers.get(question) ?? [] }))
}

/** The periods, from the events alone. */
async function foldPeriods(people: readonly Viewer[]): Promise<Period[]> {
  const { rows } = await client.query<{ stream: string; type: string; at: Date }>(
    `select stream, type, recorded_at as at from stream_event where stream = any($1::text[])
       and type in ('FollowAccepted', 'FollowEnded') order by stream, version`,
    [people.flatMap((a) => people.map((b) => `${a.id}>${b.id}`))],
  )
  const periods: Period[] = []
  for (const { stream, type, at: time } of rows) {
    const [follower = '', followee = ''] = stream.split('>')
    const last = periods.at(-1)
    if (type === 'FollowAccepted') periods.push({ follower, followee, began: time, ended: null })
    else if (last) last.ended = time
  }
  return periods
}

function expected(periods: readonly Period[], { viewer, side, asOf }: Question): string[] {
  const [own, other] =
    side === 'followers' ? (['followee', 'follower'] as const) : (['follower', 'followee'] as const)
  return periods
    .filter((period) => period[own] === viewer.id)
    .filter(({ began, ended }) => began <= asOf && (ended === null || ended > asOf))
    .toSorted((a, b) => b.began.getTime() - a.began.getTime() || (uuid(a[other]) < uuid(b[other]) ? 1 : -1))
    .map((period) => period[other])
}

const uuid = (id: string) => parseIdOf('user', id) ?? ''

function at(people: readonly Viewer[], i: number): Viewer {
  return people[i] ?? someone()
}
