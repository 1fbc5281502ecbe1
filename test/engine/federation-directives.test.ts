import { describe, expect, it } from 'vitest'
import { apolloFederation, federation } from './engine.ts'
import { ENTITY_CASES } from './entity-cases.ts'
import { TYPE_CASES } from './type-cases.ts'

const CASES = Object.entries({ ...ENTITY_CASES, ...TYPE_CASES })

describe('a directive or form of Federation 2', () => {
  it.each(CASES)('%s', async (_, { sdl, resolvers, query, data }) => {
    expect(await federation(sdl, resolvers)({ query })).toEqual({ data, errors: [] })
  })
})

describe('the same with @apollo/gateway', () => {
  it.each(CASES.filter(([, { apolloFails }]) => apolloFails === undefined))(
    '%s',
    async (_, { sdl, resolvers, query, data }) => {
      const run = await apolloFederation(sdl, resolvers)
      expect(await run({ query })).toEqual({ data, errors: [] })
    },
  )

  it.each(CASES.filter(([, { apolloFails }]) => apolloFails !== undefined))(
    '%s: known to be wrong',
    async (_, { sdl, resolvers, query, data }) => {
      const run = await apolloFederation(sdl, resolvers)
      expect((await run({ query })).data).not.toEqual(data)
    },
  )
})
