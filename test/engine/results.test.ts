import { describe, expect, it } from 'vitest'
import type { RequestSubgraph, SubgraphResponse } from '../../gateway/execution/subgraph-request.ts'
import type { OperationResult } from '../../gateway/execution/operation.ts'
import type { Lookup, Results } from '../../gateway/execution/results.ts'
import { compose, engineOver } from './engine.ts'

const supergraphSdl = compose({
  posts: `
    type Query { feed(first: Int): [Post] }
    type Mutation { post: Post }
    type Post { id: ID! author: User }
    type User @key(fields: "id") { id: ID! }`,
  users: 'type User @key(fields: "id") { id: ID! name: String! }',
})
const FEED = '{ feed { id author { name } } }'

type Body = { variables: { representations?: { id: string }[] } }

/** What a cache would do, with nothing of what makes one right: it keeps texts for ever. */
function keepAll({ responses = false } = {}): Results & { kept: Map<string, string> } {
  const kept = new Map<string, string>()
  const lookup = <Result>(keys: readonly string[]): Lookup<Result> => {
    const found = keys.map((key) => {
      const text = kept.get(key)
      return text === undefined ? undefined : (JSON.parse(text) as Result)
    })
    const missing = keys.filter((key) => !kept.has(key))
    return {
      found,
      keep: (results) => results.forEach((result, i) => kept.set(missing[i] ?? '', JSON.stringify(result))),
    }
  }
  return {
    kept,
    ofFetch: async (question, representations) =>
      lookup(representations.map((text) => JSON.stringify([question, text]))),
    ofResponse: async (question) =>
      responses ? lookup<OperationResult>([JSON.stringify(question)]) : { found: [], keep: () => {} },
  }
}

/** An engine over people with names, whose `feed` changes; `asked` lists what was asked of whom. */
function setUp(results: Results) {
  const state = { authors: ['1', '2'], failing: new Set<string>(), asked: [] as string[] }
  const requestSubgraph: RequestSubgraph = async ({ subgraph, body }): Promise<SubgraphResponse> => {
    const { variables } = JSON.parse(body) as Body
    const ids = variables.representations?.map(({ id }) => id)
    state.asked.push(ids ? `${subgraph} ${ids.join(' ')}` : subgraph)
    const posts = state.authors.map((id, i) => ({ id: `p${i}`, author: { __typename: 'User', id } }))
    if (!ids) return { data: body.includes('mutation') ? { post: posts[0] } : { feed: posts } }
    const failed = ids.flatMap((id, i) => (state.failing.has(id) ? [i] : []))
    return {
      data: { _entities: ids.map((id) => (state.failing.has(id) ? null : { name: `N${id}` })) },
      errors: failed.map((i) => ({ message: 'No.', path: ['_entities', i] })),
    }
  }
  return { state, run: engineOver(supergraphSdl, requestSubgraph, results) }
}

const page = (...authors: string[]) => ({
  feed: authors.map((id, i) => ({ id: `p${i}`, author: { name: `N${id}` } })),
})

describe('the port for results', () => {
  it('spares the fetches whose results are all known', async () => {
    const { state, run } = setUp(keepAll())
    expect((await run({ query: FEED })).data).toEqual(page('1', '2'))
    expect((await run({ query: FEED })).data).toEqual(page('1', '2'))
    expect(state.asked).toEqual(['posts', 'users 1 2'])
  })

  it('asks only for the representations that are not known, and joins both in their places', async () => {
    const results = keepAll()
    const { state, run } = setUp(results)
    await run({ query: FEED })
    for (const key of results.kept.keys()) if (key.includes('"posts"')) results.kept.delete(key)
    state.authors = ['3', '1', '4', '2', '3']
    expect((await run({ query: FEED })).data).toEqual(page('3', '1', '4', '2', '3'))
    expect(state.asked).toEqual(['posts', 'users 1 2', 'posts', 'users 3 4'])
  })

  it('keeps nothing of an answer with errors, and their paths name the places of what was sent', async () => {
    const results = keepAll()
    const { state, run } = setUp(results)
    await run({ query: FEED })
    results.kept.delete([...results.kept.keys()].find((key) => key.includes('"posts"')) ?? '')
    state.authors = ['1', '3', '4', '3']
    state.failing = new Set(['3'])
    const { data, errors } = await run({ query: FEED })
    expect(data).toMatchObject({ feed: [{ author: { name: 'N1' } }, { author: null }, {}, { author: null }] })
    expect(errors.map(({ path }) => path?.join('.'))).toEqual(['feed.1.author', 'feed.3.author'])
    expect([...results.kept.values()].filter((text) => text.includes('N4'))).toEqual([])
  })

  it('is never asked about a mutation, nor told of one', async () => {
    const results = keepAll({ responses: true })
    const { state, run } = setUp(results)
    const post = 'mutation { post { author { name } } }'
    await run({ query: post })
    await run({ query: post })
    expect(state.asked).toEqual(['posts', 'users 1', 'posts', 'users 1'])
    expect(results.kept.size).toBe(0)
  })

  it('spares the whole execution of a response that is known, by operation and variables', async () => {
    const { state, run } = setUp(keepAll({ responses: true }))
    const query = 'query ($n: Int) { feed(first: $n) { id } }'
    for (const n of [1, 1, 2]) {
      expect((await run({ query, variables: { n } })).data).toEqual({ feed: [{ id: 'p0' }, { id: 'p1' }] })
    }
    expect(state.asked).toEqual(['posts', 'posts'])
  })
})
