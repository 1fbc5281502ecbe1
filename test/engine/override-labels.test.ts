import { describe, expect, it } from 'vitest'
import type { OverrideLabels } from '../../gateway/execution/override-labels.ts'
import { compose, engineOver, subgraphs, type Sdl } from './engine.ts'

const sdlOf = (label: string, other = label): Sdl => ({
  old: 'type Query { me(n: Int): User } type User @key(fields: "id") { id: ID! name: String mail: String plain: String }',
  next: `type User @key(fields: "id") {
    id: ID!
    name: String @override(from: "old", label: "${label}")
    mail: String @override(from: "old", label: "${other}")
  }`,
})
const user = (from: string) => ({
  name: () => `name of ${from}`,
  mail: () => `mail of ${from}`,
  __resolveReference: (found: object) => found,
})

/** What the fields are, with the plans that were made. */
function serve(sdl: Sdl, labels: OverrideLabels = {}) {
  const requestSubgraph = subgraphs(sdl, {
    old: { Query: { me: () => ({ id: '1', plain: 'p' }) }, User: user('old') },
    next: { User: user('next') },
  })
  return engineOver(compose(sdl), requestSubgraph, labels)
}

async function namesFor(label: string, labels: OverrideLabels, requests: number): Promise<unknown[]> {
  const run = serve(sdlOf(label), labels)
  const names: unknown[] = []
  for (let n = 0; n < requests; n++) {
    const { data, errors } = await run({ query: 'query ($n: Int) { me(n: $n) { name } }', variables: { n } })
    expect(errors).toEqual([])
    names.push((data as { me: { name: unknown } }).me.name)
  }
  return names
}

describe('a field with @override(label:)', () => {
  it.each<[string, OverrideLabels, string]>([
    ['percent(100)', {}, 'next'],
    ['percent(0)', {}, 'old'],
    ['percent(0.0)', {}, 'old'],
    ['moved', {}, 'old'],
    ['moved', { moved: true }, 'next'],
    ['moved', { moved: false }, 'old'],
    ['moved', { moved: 100 }, 'next'],
    ['moved', { moved: 0 }, 'old'],
    ['moved', { other: true }, 'old'],
    ['team:moves/user-name_2.x', { 'team:moves/user-name_2.x': true }, 'next'],
    ['constructor', {}, 'old'],
    ['percent(0)', { 'percent(0)': true }, 'old'],
  ])('%s with %j is resolved by the subgraph %3$s', async (label, labels, from) => {
    const { data, errors } = await serve(sdlOf(label), labels)({ query: '{ me { name mail plain } }' })
    expect(errors).toEqual([])
    expect(data).toEqual({ me: { name: `name of ${from}`, mail: `mail of ${from}`, plain: 'p' } })
  })

  it.each<[string, OverrideLabels, number]>([
    ['percent(25)', {}, 25],
    ['percent(12.5)', {}, 12.5],
    ['moved', { moved: 75 }, 75],
  ])('%s moves for its percentage of requests', async (label, labels, percent) => {
    const names = await namesFor(label, labels, 1_000)
    const moved = names.filter((name) => name === 'name of next').length
    // Five standard deviations at most: the requests are always the same ones.
    expect(Math.abs(moved - percent * 10)).toBeLessThan(5 * Math.sqrt(10 * percent * (1 - percent / 100)))
  })

  it('has the same result for the same request in every process, and stays moved when the percentage rises', async () => {
    const few = await namesFor('percent(20)', {}, 200)
    expect(await namesFor('percent(20)', {}, 200)).toEqual(few)
    const many = await namesFor('percent(60)', {}, 200)
    const moved = few.flatMap((name, i) => (name === 'name of next' ? [many[i]] : []))
    expect(new Set(moved)).toEqual(new Set(['name of next']))
    expect(many.filter((name) => name === 'name of next').length).toBeGreaterThan(moved.length)
  })

  it('has its own label: each moves independently, even for a repeated document', async () => {
    const run = serve(sdlOf('one', 'two'), { two: true })
    for (let i = 0; i < 2; i++) {
      expect(await run({ query: '{ me { name mail } }' })).toMatchObject({
        data: { me: { name: 'name of old', mail: 'mail of next' } },
      })
    }
  })

  it.each(['percent(101)', 'percent(x)', 'percent(-1)', '1st', 'percent(100.5)'])(
    'is rejected by name at load if its label is %s',
    (label) => {
      const supergraph = compose(sdlOf('moved')).replaceAll('"moved"', JSON.stringify(label))
      expect(() => engineOver(supergraph, async () => ({}))).toThrow(
        `User.name has @override with the label ${JSON.stringify(label)}.`,
      )
      expect(() => compose(sdlOf(label))).toThrow(/label/)
    },
  )
})
