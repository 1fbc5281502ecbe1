import { expect, test } from 'vitest'
import { RELATION_CHECKERS, type RelationHistory } from '../checkers/relations.ts'
import { RELATION_BUGS } from './relation-bugs.ts'
import { runRelations } from './relation-stage.ts'

const faultsOf = (history: RelationHistory) =>
  Object.values(RELATION_CHECKERS).flatMap((find) => find(history))

test.each(RELATION_BUGS)(
  '$bug: caught, and nothing is found without it',
  async ({ plant, checker, scenario }) => {
    const [clean, planted] = await Promise.all([runRelations(scenario, []), runRelations(scenario, [plant])])
    expect(faultsOf(clean)).toEqual([])
    expect(RELATION_CHECKERS[checker](planted)).not.toEqual([])
  },
)
