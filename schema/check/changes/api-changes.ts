import type { GraphQLSchema } from 'graphql'
import { diffSchema } from '@graphql-inspector/core/diff/schema'
import type { Change } from './change.ts'
import { parseCoordinate, selectionsOf } from './coordinates.ts'
import type { ApiJudgement, Schemas } from './api-judgement.ts'
import { judgeApiChange } from './judge-api-change.ts'
import { originOfChange, originOfHiding, originOfRemoval, type Origin, type Sides } from './origin.ts'
import { explain } from './explanations.ts'

/**
 * The changes of the API schema. `@graphql-inspector/core` finds them; this judges them more exactly (a default value
 * that goes may make an argument required) and names the subgraph and the place that cause each.
 */
export function apiChanges(base: GraphQLSchema, head: GraphQLSchema, sides: Sides): Change[] {
  const schemas: Schemas = { base, head }
  return diffSchema(base, head).map((found) => {
    const judgement = judgeApiChange(found, schemas)
    const { coordinate, level, effect } = judgement
    const hidden = judgement.removes && coordinate !== null ? originOfHiding(sides, coordinate) : null
    const code = hidden ? 'INACCESSIBLE_ADDED' : judgement.code
    const { consequence, remedy } = explain(code, level)
    const { subgraph, place } = hidden ?? originOf(judgement, sides, base)
    const message = [found.message.replaceAll("'", '`').replace(/\.$/, ''), consequence]
      .filter(Boolean)
      .join('. ')
    return { code, level, message, coordinate, subgraph, place, remedy, effect }
  })
}

/** A field that no subgraph defines on the type itself comes from an `@interfaceObject`. */
function originOf({ coordinate, removes, aspect, wanted }: ApiJudgement, sides: Sides, base: GraphQLSchema) {
  const origin = (at: string): Origin =>
    removes ? originOfRemoval(sides, at) : originOfChange(sides, at, aspect, wanted ?? undefined)
  const none: Origin = { subgraph: null, place: null }
  if (coordinate === null) return none
  const { type, member } = parseCoordinate(coordinate)
  const interfaces = member ? selectionsOf(base, type, member) : []
  return [coordinate, ...interfaces].map(origin).find(({ subgraph }) => subgraph !== null) ?? none
}
