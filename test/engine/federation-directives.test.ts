import { describe, expect, it } from 'vitest'
import { federation } from './engine.ts'
import { ENTITY_CASES } from './entity-cases.ts'
import { TYPE_CASES } from './type-cases.ts'

describe('a directive or form of Federation 2', () => {
  it.each(Object.entries({ ...ENTITY_CASES, ...TYPE_CASES }))(
    '%s',
    async (_, { sdl, resolvers, query, data }) => {
      expect(await federation(sdl, resolvers)({ query })).toEqual({ data, errors: [] })
    },
  )
})
