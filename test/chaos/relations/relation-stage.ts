import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import { RELATION_SCHEMAS, type Pair } from '../../../subgraphs/followers/domain/relation.ts'
import type { Change } from '../../../subgraphs/followers/commands/decide-relations.ts'
import { freshDatabase } from '../../support/database.ts'
import type { RelationHistory, SeenPeriods } from '../checkers/relations.ts'
import { loaderOption } from '../loader/control.ts'
import type { PlantName } from '../loader/plants.ts'
import { startProgram, type Program } from '../support/program.ts'
import { connect } from '../support/sessions.ts'
import { until } from '../support/until.ts'
import { periodsIn, readTables } from './relation-tables.ts'

/** Followers, as a process over a database of its own. The scenario stands for users. */
export type Stage = {
  /** A session of the scenario. */
  session: Client
  pair(): Pair
  /** @returns the id of the request */
  ask(pair: Pair): Promise<string>
  cancel(pair: Pair): Promise<void>
  unfollow(pair: Pair): Promise<void>
  block(pair: Pair): Promise<void>
  /** Users decides requests, and followers reads the decisions in one batch. */
  decide(decisions: readonly Decision[]): Promise<void>
  /** The process is killed, and another one starts. */
  kill(): Promise<void>
  /** Resolves when so many sessions of followers wait for a lock, or earlier if `ended` does. */
  waiting(count: number, ended?: Promise<void>): Promise<void>
  /** Notes the periods that there are. */
  look(): Promise<void>
}

export type Decision = { id: string; pair: Pair; decision: 'accepted' | 'nobody' }

export type RelationScenario = (stage: Stage) => Promise<void>

/** Runs a scenario with these bugs. @returns what was observed once all is quiet */
export async function runRelations(
  scenario: RelationScenario,
  plants: readonly PlantName[],
): Promise<RelationHistory> {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await freshDatabase('followers'))
  const session = stack.adopt(await connect(url), (client) => client.end())
  const [decisions, failures, seen] = [
    new Map<string, string>(),
    new Array<string>(),
    new Array<SeenPeriods>(),
  ]
  const start = () => stack.use(startProcess(url, plants))
  let program = start()

  /** A scenario goes on after an error, because a bug may cause it. */
  const call = (command: string, argument: unknown) =>
    program.call<void>(command, argument).catch((error: unknown) => void failures.push(String(error)))
  const change = (pair: Pair, command: Change['command']) =>
    call('change', { pair, command } satisfies Change)
  await scenario({
    session,
    pair: () => ({ follower: randomUUID(), followee: randomUUID() }),
    async ask(pair) {
      const requestId = randomUUID()
      await change(pair, { type: 'follow', requestId, blocked: false })
      return requestId
    },
    cancel: (pair) => change(pair, { type: 'cancel' }),
    unfollow: (pair) => change(pair, { type: 'unfollow' }),
    block: (pair) => call('block', pair),
    decide(decided) {
      for (const { id, decision } of decided) decisions.set(id, decision)
      return call('decide', decided.map(changeOf))
    },
    async kill() {
      await program.kill()
      // Its calls have ended with it.
      failures.length = 0
      program = start()
    },
    waiting: (count, ended) => waitForLocks(session, count, ended),
    look: async () => void seen.push({ generation: 0, periods: await periodsIn(session) }),
  })
  const { periods, ...tables } = await readTables(url)
  seen.push({ generation: 0, periods })
  // Users lists what it has not decided.
  const asked = tables.events.flatMap(({ type, requestId }) =>
    type === 'FollowRequested' && requestId !== null ? [requestId] : [],
  )
  const ended = new Set(tables.events.flatMap(({ type, requestId }) => (type in ENDS ? [requestId] : [])))
  const waiting = asked.filter((id) => !decisions.has(id) && !ended.has(id))
  const users = { decisions, decisionsSince: 0, waiting, undecided: waiting }
  return { ...tables, ...users, seen, copied: tables.blocks, failures }
}

const { FollowRequestClosed, FollowDeclined, FollowAccepted } = RELATION_SCHEMAS
const ENDS = { FollowRequestClosed, FollowDeclined, FollowAccepted }

function startProcess(database: string, plants: readonly PlantName[]): Program {
  return startProgram({
    file: 'relations-process.ts',
    argument: { database },
    execArgv: [loaderOption({ plants })],
    env: {},
    told: () => {},
    printed: (text) => void process.stderr.write(text),
  })
}

function changeOf({ id: requestId, pair, decision }: Decision): Change {
  return decision === 'accepted'
    ? { pair, command: { type: 'accept', requestId } }
    : { pair, command: { type: 'decline', requestId, reason: decision } }
}

const WAITING = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`

async function waitForLocks(session: Client, count: number, ended?: Promise<void>): Promise<void> {
  let over = false
  void ended?.finally(() => (over = true))
  await until(`${count} sessions wait for a lock`, async () => {
    // A transaction sees the same activity until this.
    await session.query('select pg_stat_clear_snapshot()')
    return over || (await session.query(WAITING)).rows.length >= count
  })
}
