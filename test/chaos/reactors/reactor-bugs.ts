import type { ReactorCheckerName } from '../checkers/reactor.ts'
import type { PlantName } from '../loader/plants.ts'
import {
  diesBeforeCommit,
  rebuiltWithUnread,
  waitsWhileMoreComes,
  withdrawnWhileAway,
  type ReactorScenario,
} from './reactor-scenarios.ts'

/** A known bug of reactors, the moment in which it shows, and the checker that must find it. */
export type ReactorBug = {
  plant: PlantName
  /** In words, for the table. */
  bug: string
  checker: ReactorCheckerName
  scenario: ReactorScenario
}

export const REACTOR_BUGS: readonly ReactorBug[] = [
  {
    plant: 'decided-twice',
    bug: 'a decision is not looked up',
    checker: 'each request decided once, with its outcome',
    scenario: rebuiltWithUnread,
  },
  {
    plant: 'open-work-lost',
    bug: 'a rebuild does not ask what is open',
    checker: 'each request taken up',
    scenario: rebuiltWithUnread,
  },
  {
    plant: 'withdrawal-missed',
    bug: 'what the owner does not list stays open',
    checker: 'no withdrawn request accepted',
    scenario: withdrawnWhileAway,
  },
  {
    plant: 'open-work-overtaken',
    bug: "open work overtaken by its key's next event",
    checker: 'order of each key',
    scenario: waitsWhileMoreComes,
  },
  {
    plant: 'outcome-elsewhere',
    bug: 'outcome in another transaction than its effects',
    checker: 'each request decided once, with its outcome',
    scenario: diesBeforeCommit,
  },
]
