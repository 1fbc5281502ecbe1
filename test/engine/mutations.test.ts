import { describe, expect, it } from 'vitest'
import { compose, engineOver, subgraphs, type Operation, type Outcome } from './engine.ts'

const SDL = {
  a: `type Query { x: Int } type Mutation { a(text: ID!): User }
    type User @key(fields: "id") { id: ID! seen: [String!] }`,
  b: 'type Mutation { b(text: ID!): User } type User @key(fields: "id") { id: ID! nick: String }',
}

/** Mutations of two subgraphs note that they ran; `seen` tells what ran before it was asked for. */
async function mutate(operation: Operation): Promise<Outcome & { log: string[]; mutations: string[] }> {
  const log: string[] = []
  const mutations: string[] = []
  const note =
    (subgraph: string) =>
    (_: never, { text }: { text: string }) => {
      log.push(`${subgraph}${text}`)
      return { __typename: 'User', id: text }
    }
  const requestSubgraph = subgraphs(SDL, {
    a: { Mutation: { a: note('a') }, User: { seen: () => [...log] } },
    b: { Mutation: { b: note('b') }, User: { nick: () => 'nick' } },
  })
  const run = engineOver(compose(SDL), (request) => {
    if (request.kind === 'mutation') mutations.push(request.subgraph)
    return requestSubgraph(request)
  })
  return { ...(await run(operation)), log, mutations }
}

describe('root fields of a mutation', () => {
  it('run in order across subgraphs, each complete before the next', async () => {
    const query = `mutation {
      one: a(text: "1") { seen }
      two: b(text: "2") { seen }
      three: b(text: "3") { id }
      four: a(text: "4") { seen }
      five: b(text: "5") { seen }
    }`
    expect(await mutate({ query })).toMatchObject({
      data: {
        one: { seen: ['a1'] },
        two: { seen: ['a1', 'b2'] },
        three: { id: '3' },
        four: { seen: ['a1', 'b2', 'b3', 'a4'] },
        five: { seen: ['a1', 'b2', 'b3', 'a4', 'b5'] },
      },
      errors: [],
      log: ['a1', 'b2', 'b3', 'a4', 'b5'],
    })
  })

  it('share a request if the earlier ones need no other subgraph', async () => {
    const query = `mutation {
      one: b(text: "1") { nick }
      __typename
      two: b(text: "2") { id }
      three: b(text: "3") { seen }
      four: b(text: "4") { id }
    }`
    expect(await mutate({ query })).toMatchObject({
      data: { __typename: 'Mutation', three: { seen: ['b1', 'b2', 'b3'] }, four: { id: '4' } },
      errors: [],
      mutations: ['b', 'b'],
    })
  })

  it('run once each, even if several fragments select them, with their own variables', async () => {
    const query = `mutation ($v: ID!, $w: ID!) {
      one: b(text: $v) { id }
      ...F
      ... { one: b(text: $v) { seen } two: b(text: $w) { nick seen } }
    } fragment F on Mutation { two: b(text: $w) { id } one: b(text: $v) { nick } }`
    const { data, errors, log } = await mutate({ query, variables: { v: '1', w: '2' } })
    expect({ data, errors, log }).toEqual({
      data: {
        one: { id: '1', seen: ['b1'], nick: 'nick' },
        two: { id: '2', nick: 'nick', seen: ['b1', 'b2'] },
      },
      errors: [],
      log: ['b1', 'b2'],
    })
  })
})
