import { randomUUID } from 'node:crypto'
import { isFailure } from '../../../contracts/failure.ts'
import { systemClock } from '../../../platform/clock.ts'
import { createLog } from '../../../platform/log.ts'
import { openDatabase } from '../../../platform/postgres/database.ts'
import {
  decideRelations,
  lockPairs,
  type Change,
} from '../../../subgraphs/followers/commands/decide-relations.ts'
import { BLOCK } from '../../../subgraphs/followers/commands/mutations.ts'
import { applyDecisions } from '../../../subgraphs/followers/decisions/decision-events.ts'
import type { Pair } from '../../../subgraphs/followers/domain/relation.ts'
import { serveCommands } from './commands.ts'

/** The commands of followers, and its consumer of decisions, on one database. */
export type RelationsArgument = { database: string }

const { database: url } = JSON.parse(process.argv[2] ?? '') as RelationsArgument

const database = openDatabase(url, 5, createLog('relations', { LOG_LEVEL: 'silent' }))

/** Runs changes as a command does: locks, decides, appends and projects in one transaction. */
function run(locks: readonly Pair[], changes: readonly Change[]): Promise<void> {
  return database.transact(async (tx) => {
    await lockPairs(tx, locks)
    const options = { clock: systemClock, newId: randomUUID, actor: null }
    const decided = await decideRelations(tx, changes, options)
    if (isFailure(decided)) throw new Error(decided.message)
  })
}

serveCommands({
  change: (change: Change) => run([change.pair], [change]),
  /** A batch of the consumer. */
  decide: (changes: Change[]) => database.transact((tx) => applyDecisions(tx, changes)),
  async block(own: Pair) {
    const reverse = { follower: own.followee, followee: own.follower }
    const changes = await BLOCK.changes({ tx: database.sql, own, reverse, newId: randomUUID })
    await run(BLOCK.locks(own, reverse), changes)
  },
})
