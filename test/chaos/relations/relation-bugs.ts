import type { RelationCheckerName } from '../checkers/relations.ts'
import type { PlantName } from '../loader/plants.ts'
import {
  acceptedLate,
  askedNobody,
  blocksDuringBatch,
  diesInProjection,
  followsAgain,
  withdrawnMeanwhile,
} from './relation-scenarios.ts'
import type { RelationScenario } from './relation-stage.ts'

/** A known bug of relations, the moment in which it shows, and the checker that must find it. */
export type RelationBug = {
  plant: PlantName
  /** In words, for the table. */
  bug: string
  checker: RelationCheckerName
  scenario: RelationScenario
}

export const RELATION_BUGS: readonly RelationBug[] = [
  {
    plant: 'decision-unkeyed',
    bug: "a decision does not name its request's id",
    checker: 'no follow without an acceptance',
    scenario: acceptedLate,
  },
  {
    plant: 'withdrawn-accepted',
    bug: 'an acceptance is applied after the withdrawal',
    checker: 'each request ends once',
    scenario: withdrawnMeanwhile,
  },
  {
    plant: 'compensation-uncounted',
    bug: 'a declined request stays counted',
    checker: 'counts are what the periods make',
    scenario: askedNobody,
  },
  {
    plant: 'projection-elsewhere',
    bug: 'projection in another transaction than the append',
    checker: 'tables are what the streams say',
    scenario: diesInProjection,
  },
  {
    plant: 'period-deleted',
    bug: 'an ended follow is deleted',
    checker: 'the past does not change',
    scenario: followsAgain,
  },
  {
    plant: 'locks-unordered',
    bug: 'a batch locks its streams in the order of the log',
    checker: 'no command is the victim of another',
    scenario: blocksDuringBatch,
  },
]
