import { describe, expect, it } from 'vitest'
import { federation } from './engine.ts'
import { openShop } from './shop.ts'

/** Answers of the shop without errors. */
async function ask(query: string, variables?: Record<string, unknown>): Promise<unknown> {
  const { data, errors } = await openShop().run({ query, variables })
  expect(errors).toEqual([])
  return data
}

describe('arguments of a field that a @requires selects with other arguments', () => {
  it.each([
    [
      'are the client’s, and those of the @requires its own',
      'price(currency: EUR) usd',
      { price: 100, usd: '10' },
    ],
    ['may be given by their default', 'price usd', { price: 1, usd: '10' }],
    ['may be given by the default in the @requires', 'price(currency: EUR) any', { price: 100, any: '1' }],
    ['may be a variable', 'price(currency: $c) usd', { price: 100, usd: '10' }],
    ['may be the same', 'price(currency: USD) usd', { price: 10, usd: '10' }],
    ['may be several under aliases', 'a: price b: price(currency: EUR) usd', { a: 1, b: 100, usd: '10' }],
    ['may be lists', 'prices(currencies: [GBP]) both', { prices: [1], both: '[[10,100],"p1"]' }],
    [
      'stay in merged fragments',
      '...F ... on Product { price(currency: EUR) usd }',
      { price: 100, usd: '10', name: 'p1' },
    ],
    [
      'stay in nested fields',
      'comments(limit: 1) { text(max: 4) } talk',
      { comments: [{ text: 'firs' }], talk: '[{"text":"fir","likes":3},{"text":"sec","likes":3}]' },
    ],
  ])('%s', async (_, selection, first) => {
    const query = `query ($c: Currency = EUR) {
      products { ${selection} }
      unused: products { price(currency: $c) ...F }
    } fragment F on Product { name }`
    expect(await ask(query)).toMatchObject({ products: [first, {}] })
  })

  it('are kept below an interface', async () => {
    const query = '{ items { price(currency: EUR) ... on Product { usd } } }'
    expect(await ask(query)).toEqual({ items: [{ price: 100, usd: '10' }, { price: 500 }] })
  })

  it('are kept if the @requires goes through an interface', async () => {
    const query = '{ products { deal swap partner { price ... on Gift { wrap } } } }'
    expect(await ask(query)).toEqual({
      products: [
        {
          deal: '{"price":50}',
          swap: '{"price":500,"wrap":"red"}',
          partner: { price: 5, wrap: 'blue' },
        },
        { deal: '{"price":80}', swap: '{"price":800}', partner: { price: 8 } },
      ],
    })
  })

  it('have errors with the client’s names, and an error of the required field is an error of the entity', async () => {
    const { run } = openShop()
    const query = '{ products { p: price(currency: BAD) usd } products2 { bad price } }'
    const { data, errors } = await run({ query })
    expect(data).toEqual({
      products: [
        { p: null, usd: '10' },
        { p: null, usd: '20' },
      ],
      products2: [{ bad: 'null', price: 3 }],
    })
    expect(errors.map(({ path }) => path)).toEqual([
      ['products', 0, 'p'],
      ['products', 1, 'p'],
      ['products2', 0],
    ])
  })
})

describe('fields that require the same field with different arguments', () => {
  it.each([
    ['have each its own', 'usd eur any', { usd: '10', eur: '100', any: '1' }],
    [
      'have each its own beside the client’s',
      'eur price(currency: USD) usd',
      { eur: '100', usd: '10', price: 10 },
    ],
    ['have each its own under aliases', 'a: usd b: eur c: usd', { a: '10', b: '100', c: '10' }],
    ['have each its own in fragments', '...F ... { eur }', { usd: '10', eur: '100' }],
    ['may have it nested', 'low high', { low: '{"tax":1}', high: '{"tax":9}' }],
    [
      'may have it nested in a list, below the same arguments',
      'talk chat',
      {
        talk: '[{"text":"fir","likes":3},{"text":"sec","likes":3}]',
        chat: 'f,s',
      },
    ],
  ])('%s', async (_, selection, first) => {
    const query = `{ products { ${selection} } unused: products { ...F } } fragment F on Product { usd }`
    expect(await ask(query)).toMatchObject({ products: [first, {}] })
  })

  it('are fetched in parts, each with only the variables that it uses', async () => {
    const query = 'query ($a: Int, $b: Int) { products { usd(times: $a) eur(times: $b) free } }'
    const { run, sent } = openShop()
    const { data, errors } = await run({ query, variables: { a: 2, b: 1 } })
    expect(errors).toEqual([])
    expect(data).toMatchObject({ products: [{ usd: '1010', eur: '100', free: 'free' }, {}] })
    expect(sent.map((body) => Object.keys((JSON.parse(body) as { variables: object }).variables))).toEqual([
      ['a', 'representations'],
      ['b', 'representations'],
    ])
  })

  it('need another request only if both are selected', async () => {
    for (const [selection, requests] of [
      ['usd', 1],
      ['usd both upper free', 1],
      ['usd eur both upper free', 2],
    ] as const) {
      const { run, sent } = openShop()
      await run({ query: `{ products { ${selection} } }` })
      expect(sent, selection).toHaveLength(requests)
    }
  })

  it('do not affect mutations, which run once and in order', async () => {
    const { run, logged } = openShop()
    const query = 'mutation { a: log(text: "a") { usd eur price } b: log(text: "b") { usd eur } }'
    expect(await run({ query })).toEqual({
      data: { a: { usd: '70', eur: '700', price: 7 }, b: { usd: '70', eur: '700' } },
      errors: [],
    })
    expect(logged).toEqual(['a', 'b'])
  })
})

describe('an alias equal to the name of a field that the plan needs', () => {
  it.each([
    ['a key', 'id: name upper', { id: 'p1', upper: 'P1' }],
    ['a required field', 'name: id upper', { name: '1', upper: 'P1' }],
    ['a required field, of other arguments', 'price: name usd', { price: 'p1', usd: '10' }],
    ['__typename', '__typename: name upper', { __typename: 'p1', upper: 'P1' }],
    [
      'what the engine calls it',
      'client_name: id name: id upper',
      { client_name: '1', name: '1', upper: 'P1' },
    ],
    [
      'what the engine calls a required field',
      'price__requires0: name price__requires1: id usd eur',
      { price__requires0: 'p1', price__requires1: '1', usd: '10', eur: '100' },
    ],
    [
      'what is a field beside it',
      'client_id id: name upper',
      { client_id: 'client 1', id: 'p1', upper: 'P1' },
    ],
    ['the field itself', 'name: name id: id upper', { name: 'p1', id: '1', upper: 'P1' }],
  ])('does not change it: %s', async (_, selection, first) => {
    const data = (await ask(`{ products { ${selection} } }`)) as { products: object[] }
    expect(data.products[0]).toEqual(first)
  })

  it('is used in the path of an error', async () => {
    const { run } = openShop()
    const { errors } = await run({
      query: '{ items { ... on Product { name: price(currency: BAD) upper } } }',
    })
    expect(errors.map(({ path }) => path)).toEqual([['items', 0, 'name']])
  })
})

describe('the type of an entity', () => {
  it('is never taken from an @interfaceObject, which has only the interface', async () => {
    const typed = { __resolveType: ({ __typename }: { __typename: string }) => __typename }
    const a = { __typename: 'A', id: '1' }
    const run = federation(
      {
        s0: `type Query { any: Any } union Any = A | B
          interface Node @key(fields: "id") { id: ID! }
          type A implements Node @key(fields: "id") { id: ID! }
          type B implements Node @key(fields: "id") { id: ID! }`,
        objects: 'type Node @key(fields: "id") @interfaceObject { id: ID! likes: Int }',
      },
      { s0: { Query: { any: () => a }, Any: typed, Node: typed }, objects: { Node: { likes: () => 3 } } },
    )
    const query = '{ any { ... on A { __typename likes } ... on Node { id } } }'
    expect(await run({ query })).toEqual({
      data: { any: { __typename: 'A', likes: 3, id: '1' } },
      errors: [],
    })
  })
})

describe('the requirements of a field of one type', () => {
  const types = (fields: (type: string) => string) =>
    ['A', 'B', 'C'].map((type) => `type ${type} implements Node ${fields(type)}`).join(' ')
  const sdl = {
    s0: `interface Node @key(fields: "id") { id: ID! label: String }
      ${types((type) => `@key(fields: "id") { id: ID! label: String size: Int @external sized${type}: String @requires(fields: "size") }`)}`,
    s1: `type Query { nodes: [Node] }
      interface Node { id: ID! }
      ${types(() => '@key(fields: "id") { id: ID! size: Int }')}`,
    objects: 'type Node @key(fields: "id") @interfaceObject { id: ID! likes: Int }',
  }
  const nodes = ['A', 'B', 'C', 'B'].map((type, i) => ({ __typename: type, id: `${type}${i}`, size: i }))
  const typed = { __resolveType: ({ __typename }: { __typename: string }) => __typename }
  // By its id an interface finds entities of every type, and nothing else of the representation matters to it.
  const found = ({ id }: { id: string }) => ({ __typename: id[0], id })
  const label = ({ id }: { id: string }) => `label ${id}`
  const sized = ({ size }: { size?: number }) => `size ${size}`
  const run = federation(sdl, {
    s0: {
      Node: { ...typed, __resolveReference: found },
      A: { label, sizedA: sized },
      B: { label, sizedB: sized },
      C: { label, sizedC: sized },
    },
    s1: { Query: { nodes: () => nodes }, Node: typed },
    objects: { Node: { likes: () => 3 } },
  })

  it.each([
    ['label ... on B { sizedB }', [{}, { sizedB: 'size 1' }, {}, { sizedB: 'size 3' }]],
    [
      'label ... on A { sizedA } ... on B { sizedB }',
      [{ sizedA: 'size 0' }, { sizedB: 'size 1' }, {}, { sizedB: 'size 3' }],
    ],
    [
      'label likes ... on A { sizedA } ... on B { sizedB } ... on C { sizedC }',
      [{ sizedA: 'size 0' }, { sizedB: 'size 1' }, { sizedC: 'size 2' }, { sizedB: 'size 3' }].map((own) => ({
        ...own,
        likes: 3,
      })),
    ],
  ])('are sent together with fields of an interface: %s', async (selection, own) => {
    const { data, errors } = await run({ query: `{ nodes { ${selection} } }` })
    expect(errors).toEqual([])
    expect(data).toEqual({ nodes: nodes.map(({ id }, i) => ({ label: `label ${id}`, ...own[i] })) })
  })
})
