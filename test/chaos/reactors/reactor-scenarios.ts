import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { readConsumerPosition } from '../../../patterns/change-log/consumer/consumer-position.ts'
import { decideRequests } from '../../../patterns/change-log/consumer/requests.ts'
import { bumpEpoch } from '../../../patterns/change-log/owner/epoch.ts'
import { root } from '../../../platform/root.ts'
import { REACTOR } from '../../change-log/support/deciding.ts'
import {
  openAsking,
  openReactorBed,
  type Asking,
  type ReactorBed,
} from '../../change-log/support/reactor-bed.ts'
import type { ReactorHistory } from '../checkers/reactor.ts'
import { loaderOption } from '../loader/control.ts'
import type { PlantName } from '../loader/plants.ts'
import { until } from '../support/until.ts'

/** An owner and a reactor, which runs in processes of its own. */
type Stage = {
  owner: Asking
  bed: ReactorBed
  asked: { id: string; key: string; withdrawn: boolean }[]
  ask(id: string): Promise<void>
  withdraw(id: string): Promise<void>
  /** Starts a process. @param transactions how many transactions it commits before it stops in the middle of one */
  start(transactions?: number): ReactorProcess
  /** Resolves when the reactor has done so much. */
  done(count: number): Promise<void>
  /** Raises the epoch of the owner. Resolves, after `start`, when the reactor is rebuilt and has done what was open. */
  bump(): Promise<{ rebuilt(): Promise<void> }>
}

type ReactorProcess = AsyncDisposable & {
  /** Resolves when it has stopped in the middle of a transaction. */
  inTheMiddle(): Promise<void>
}

export type ReactorScenario = (stage: Stage) => Promise<void>

/** Runs a scenario over a reactor with these bugs. @returns what was observed once all is quiet */
export async function runReactor(
  scenario: ReactorScenario,
  plants: readonly PlantName[],
): Promise<ReactorHistory> {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  await using stack = new AsyncDisposableStack()
  const asked: Stage['asked'] = []
  // The key of a request is the last letter of its id.
  const keyOf = (id: string) => id.slice(-1)
  await scenario({
    owner,
    bed,
    asked,
    async ask(id) {
      asked.push({ id, key: keyOf(id), withdrawn: false })
      await owner.ask(id, keyOf(id))
    },
    async withdraw(id) {
      await owner.withdraw(id, keyOf(id))
      for (const request of asked) if (request.id === id) request.withdrawn = true
    },
    start: (transactions) => stack.use(startReactor(owner, bed, plants, transactions)),
    done: (count) =>
      until(`the reactor does ${count} things`, async () => (await bed.effects()).length >= count),
    async bump() {
      const epoch = await bumpEpoch(owner.log.session.sql)
      return { rebuilt: () => rebuilt(bed, epoch) }
    },
  })
  const outcomes = await bed.sql<{ id: string; outcome: string }>(
    'select id, outcome from reactor_request where outcome is not null',
  )
  return { asked, effects: await bed.effects(), outcomes }
}

function startReactor(
  owner: Asking,
  bed: ReactorBed,
  plants: readonly PlantName[],
  transactions: number | undefined,
): ReactorProcess {
  const program = join(root, 'test/change-log/support/reactor-process.ts')
  const args = [
    loaderOption({ plants }),
    program,
    owner.log.database.url,
    bed.url,
    String(transactions ?? 'never'),
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const stopped = once(child.stdout, 'data')
  return {
    async inTheMiddle() {
      await stopped
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function begun({ sql }: ReactorBed): Promise<void> {
  await until('the reactor has begun', async () => (await readConsumerPosition(sql, REACTOR)) !== null)
}

async function rebuilt({ sql }: ReactorBed, epoch: number): Promise<void> {
  await until(
    'the reactor is rebuilt',
    async () => (await readConsumerPosition(sql, REACTOR))?.epoch === epoch,
  )
  await until('all open work is done', async () => (await sql('select from parked_key')).length === 0)
}

/** The epoch is raised when one request is decided, and another one was never read. */
export async function rebuiltWithUnread({
  ask,
  start,
  done,
  bump,
  bed,
}: Parameters<ReactorScenario>[0]): Promise<void> {
  const first = start()
  await begun(bed)
  await ask('1a')
  await done(1)
  await first[Symbol.asyncDispose]()
  await ask('1b')
  const { rebuilt: again } = await bump()
  start()
  await again()
}

/** A request is withdrawn while the reactor is away. Then a person accepts whatever it holds open. */
export async function withdrawnWhileAway({
  ask,
  withdraw,
  start,
  done,
  bump,
  bed,
}: Parameters<ReactorScenario>[0]): Promise<void> {
  const first = start()
  await ask('wait1a')
  await done(1)
  await first[Symbol.asyncDispose]()
  await withdraw('wait1a')
  const { rebuilt: again } = await bump()
  start()
  await again()
  await bed.transact(async (tx) => {
    const open = await tx<{ id: string; key: string }>(
      'select id, key from reactor_request where outcome is null',
    )
    const made = await decideRequests(
      tx,
      REACTOR,
      open.map((request) => ({ ...request, outcome: 'accepted' })),
    )
    for (const { id } of made) await tx('insert into effect (what) values ($1)', `accepted ${id}`)
  })
}

/** An item of open work must wait for another log, and the next request of its key comes meanwhile. */
export async function waitsWhileMoreComes({
  ask,
  start,
  done,
  bed,
}: Parameters<ReactorScenario>[0]): Promise<void> {
  await bed.sql("insert into waits values ('1a')")
  await ask('1a')
  start()
  await until(
    'the item waits',
    async () => (await bed.sql("select from parked_key where reason = 'it waits'")).length === 1,
  )
  await ask('2a')
  await ask('1b')
  await done(1)
  await until('the last request is decided', async () => (await bed.effects()).includes('accepted 1b'))
  await bed.sql('delete from waits')
  await done(3)
}

/** The process is killed when it has decided, and has not committed. */
export async function diesBeforeCommit({ ask, start, bed }: Parameters<ReactorScenario>[0]): Promise<void> {
  const first = start(0)
  await begun(bed)
  await ask('1a')
  await first.inTheMiddle()
  await first[Symbol.asyncDispose]()
  start()
  await ask('1b')
  await until('the last request is decided', async () => (await bed.effects()).includes('accepted 1b'))
}
