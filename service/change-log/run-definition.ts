import type { Sql, Transact } from '../../contracts/sql.ts'
import {
  compareCopy,
  createSignal,
  createWaiter,
  rebuildFrom,
  runConsumer,
  runReactor,
  type Compared,
  type LogTransport,
  type RebuiltFrom,
  type Report,
  type RunningConsumer,
  type Signal,
} from '../../patterns/change-log/index.ts'
import { comparisonOf, copyOf, type ConsumerDefinition } from './consumer-definition.ts'
import { ownerAccess, type Owner } from './owner-access.ts'

/** The owner, and SQL in the consumer's own database, on connections whose transactions may take minutes. */
export type ConsumerAccess = Owner & { sql: Sql; transact: Transact }

export type RunOptions = {
  /** Carries the log in addition to the feed, on a connection that nothing else uses. Null if there is none. */
  transport: LogTransport | null
  report: Report
  /** Milliseconds. */
  monotonic: () => number
  /** Wakes the relay of the consumer's own database. Its next tick contains the consumer's position, for readers. */
  written: Pick<Signal, 'raise'>
}

/** A consumer that runs. Only a reactor has outcomes. */
export type RunningDefinition = RunningConsumer & { deleteOldOutcomes?: () => Promise<number> }

/** Keeps the consumer up to date until disposed. */
export function runDefinition(
  definition: ConsumerDefinition,
  access: ConsumerAccess,
  { transport, report, monotonic, written }: RunOptions,
): RunningDefinition {
  const { name, handler } = definition
  const { sql, transact } = access
  const running = {
    name,
    ...ownerAccess(definition, access),
    transport: transport && transport.reader(name.source),
    sql,
    transact,
    handler,
    report,
    clock: monotonic,
    // After each batch with an event, also one that the handler passes over: a gateway may wait for the position of this
    // database. Not after other batches, or two services that follow each other would wake each other for ever.
    applied({ applied, passedOver, parked }: { applied: number; passedOver: number; parked: number }) {
      if (applied + passedOver + parked > 0) written.raise()
    },
  }
  return 'work' in definition
    ? runReactor({ ...running, work: definition.work })
    : runConsumer({ ...running, copy: definition.copy })
}

/** Rebuilds the consumer from its owner's state. A service may run it at the same time. */
export function rebuildDefinition(
  definition: ConsumerDefinition,
  access: ConsumerAccess,
  stop: AbortSignal,
): Promise<RebuiltFrom> {
  const { openExport } = ownerAccess(definition, access)
  const { name } = definition
  return rebuildFrom({ name, transact: access.transact, openExport, copy: copyOf(definition) }, stop)
}

/**
 * Compares the consumer with its owner's state, while both keep changing.
 *
 * @param waitMs maximum wait for the consumer to reach the position of the owner's state. Milliseconds.
 */
export async function compareDefinition(
  definition: ConsumerDefinition,
  access: ConsumerAccess,
  { waitMs, monotonic }: { waitMs: number; monotonic: () => number },
  stop: AbortSignal,
): Promise<Compared> {
  const { name } = definition
  const { sql } = access
  const { openExport } = ownerAccess(definition, access)
  await using waiter = createWaiter({ sql, name, committed: createSignal(), clock: monotonic, pollMs: 50 })
  const compareRows = comparisonOf(definition, sql)
  return await compareCopy({ sql, name, openExport, until: waiter.until, waitMs, compareRows }, stop)
}
