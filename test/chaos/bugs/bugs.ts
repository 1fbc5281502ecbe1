import type { CheckerName } from '../checkers/check.ts'
import type { PlantName } from '../loader/plants.ts'
import type { Bed } from './bed.ts'
import {
  diesAfterEffect,
  diesAfterPublishing,
  diesAfterTick,
  poisoned,
  waitsForAnother,
} from './scenarios/crashes.ts'
import {
  lateCommit,
  lateRetention,
  olderWritesLast,
  rolledBack,
  twoWritesOneToken,
} from './scenarios/late-commit.ts'
import { postgresCrashes, restored } from './scenarios/lost-commits.ts'
import type { Finished } from './scenarios/running.ts'

export type Bug = {
  plant: PlantName
  /** Description for the table. */
  bug: string
  /** The checker that must find it. Others may find it too. */
  checker: CheckerName
  scenario: (bed: Bed) => Promise<Finished>
  /** Description of the scenario. */
  story: string
  crashes?: boolean
  throughRedis?: boolean
}

/** All known bugs, each with the scenario in which it has an effect and the checker that must find it. */
export const BUGS: readonly Bug[] = [
  {
    plant: 'seq-cursor',
    bug: 'read by seq > cursor',
    checker: 'acknowledged never lost, failed never seen',
    scenario: lateCommit,
    story: 'a lower seq commits after a higher one was read',
  },
  {
    plant: 'xid-order',
    bug: 'xid < xmin order',
    checker: 'order of each key',
    scenario: olderWritesLast,
    story: 'the older transaction is the last to change a key',
  },
  {
    plant: 'publish-before-commit',
    bug: 'publish before commit',
    checker: 'acknowledged never lost, failed never seen',
    scenario: rolledBack,
    story: 'a command fails after it has written its event',
  },
  {
    plant: 'tick-not-durable',
    bug: 'tick not durable before publish',
    checker: 'nothing seen that is not durable',
    scenario: postgresCrashes,
    story: 'Postgres crashes right after a tick was read',
    crashes: true,
  },
  {
    plant: 'count-after-publish',
    bug: 'count after publish',
    checker: 'offsets dense, one record each',
    scenario: diesAfterTick,
    story: 'the relay is killed when its tick was read',
  },
  {
    plant: 'ack-before-commit',
    bug: 'ack before commit',
    checker: 'each effect exactly once',
    scenario: diesAfterEffect,
    story: 'the consumer is killed between effect and commit',
  },
  {
    plant: 'offset-elsewhere',
    bug: 'offset in another transaction than the effect',
    checker: 'each effect exactly once',
    scenario: diesAfterEffect,
    story: 'the consumer is killed after the effect',
  },
  {
    plant: 'duplicate-on-republish',
    bug: 'duplicate on republish',
    checker: 'each effect exactly once',
    scenario: diesAfterPublishing,
    story: 'the relay is killed between publishing and going on',
    throughRedis: true,
  },
  {
    plant: 'retention-by-seq',
    bug: 'retention by seq',
    checker: 'acknowledged never lost, failed never seen',
    scenario: lateRetention,
    story: 'a low seq commits when higher ones may be deleted',
  },
  {
    plant: 'token-by-maximum',
    bug: 'token merged by maximum',
    checker: 'own writes are read',
    scenario: twoWritesOneToken,
    story: 'the higher of two xids becomes visible first',
  },
  {
    plant: 'parked-overtaken',
    bug: "parked event overtaken by its key's next",
    checker: 'no parked key overtaken',
    scenario: poisoned,
    story: 'an event is poison, the next of its key is not',
  },
  {
    plant: 'waiting-parked',
    bug: 'an event that must wait is parked',
    checker: 'the copy equals the owner',
    scenario: waitsForAnother,
    story: 'an event waits for another log, and then no more',
  },
  {
    plant: 'epoch-ignored',
    bug: 'epoch ignored after a restore',
    checker: 'the copy equals the owner',
    scenario: restored,
    story: 'the database goes back behind its consumer',
  },
]
