import { pino } from 'pino'
import {
  compareCopy,
  createSignal,
  createWaiter,
  rebuildFrom,
  type OpenExport,
} from '../../patterns/change-log/index.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { dedicatedConnection } from '../../platform/postgres/dedicated-connection.ts'
import { serviceOf } from '../../contracts/topology.ts'
import { comparisonOf, copyOf } from '../../service/change-log/consumer-definition.ts'
import { findConsumer, openExport, type Consumer } from './consumers.ts'
import type { Installation } from './installation.ts'
import { openDatabase, type OpenDatabase } from './open-database.ts'
import { count, duration, plain } from './plain.ts'

/** Maximum wait for the consumer to reach the position of the export that it is compared with. Milliseconds. */
const CATCH_UP_MS = 60_000

const silent = pino({ level: 'silent' })

/**
 * Rebuilds a consumer while its service and its owner continue to run, then compares it with the owner's state. With
 * `checkOnly`, only compares.
 *
 * @returns whether they are equal
 */
export async function rebuildConsumer(
  installation: Installation,
  { consumer: text, checkOnly }: { consumer: string; checkOnly: boolean },
  stop: AbortSignal,
  print: (line: string) => void,
): Promise<boolean> {
  const consumer = findConsumer(text)
  const { source } = consumer.name
  await using stack = new AsyncDisposableStack()
  stack.use(await openDatabase(installation, source))
  const database = stack.use(await openDatabase(installation, consumer.database))
  const connect = () => dedicatedConnection(installation.urls[source], 'log command export', silent)
  const open = openExport(consumer, connect)
  if (!checkOnly) await rebuild(database, consumer, open, stop, print)
  return await compare(database, consumer, open, stop, print)
}

async function rebuild(
  { transact }: OpenDatabase,
  consumer: Consumer,
  open: OpenExport,
  stop: AbortSignal,
  print: (line: string) => void,
): Promise<void> {
  const { name } = consumer
  const begun = performance.now()
  const done = await rebuildFrom({ name, transact, openExport: open, copy: copyOf(consumer) }, stop)
  if (done.kind === 'elsewhere') {
    throw new UserFacingError(
      `${name.consumer} is being rebuilt by another process. Wait until it is done, then compare: \
npm run log -- rebuild ${name.consumer} --check.`,
    )
  }
  const { epoch, offset } = done.start.position
  const took = duration(performance.now() - begun)
  print(
    `${name.consumer} is built: ${count(done.rows, 'row')}, offset ${offset} of epoch ${epoch}, in ${took}`,
  )
}

async function compare(
  { sql, name: database }: OpenDatabase,
  consumer: Consumer,
  open: OpenExport,
  stop: AbortSignal,
  print: (line: string) => void,
): Promise<boolean> {
  const { name } = consumer
  const clock = () => performance.now()
  await using waiter = createWaiter({ sql, name, committed: createSignal(), clock, pollMs: 50 })
  const comparing = { sql, name, openExport: open, compareRows: comparisonOf(consumer, sql) }
  const compared = await compareCopy({ ...comparing, until: waiter.until, waitMs: CATCH_UP_MS }, stop)
  if (compared.kind === 'behind') {
    print(
      `${name.consumer} could not be compared: it did not catch up with ${name.source} within ${duration(CATCH_UP_MS)}. \
Do the services ${serviceOf(database)} and ${serviceOf(name.source)} run? See: npm run log -- status.`,
    )
    return false
  }
  const { rows, wrong, examples } = compared
  if (wrong === 0) print(`${name.consumer} equals the state of ${name.source}: ${count(rows, 'row')}`)
  else {
    const some = examples.length < wrong ? `for example ${examples.join(', ')}` : examples.join(', ')
    print(plain(`${name.consumer} differs from ${name.source} in ${wrong} of ${count(rows, 'row')}: ${some}`))
  }
  return wrong === 0
}
