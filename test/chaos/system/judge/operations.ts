import type { Service } from '../../../../contracts/topology.ts'
import type { Operation } from '../../checkers/history.ts'
import type { Entry, Invoked, Outcome } from '../ledger.ts'
import type { Evidence } from './evidence.ts'

/** An operation of the ledger, with the positions of its entries. `ended` is infinite if it has no end. */
export type Told = Invoked & { begun: number; ended: number; outcome: Outcome; detail: string }

type Span = { database: Service; from: number; to: number }

export type Tale = {
  operations: Told[]
  /** Operations between the begin of a backup and the end of its restore may be lost. */
  takenBack: Span[]
}

/** Parses a ledger. */
export function taleOf(entries: readonly Entry[]): Tale {
  const operations = new Map<string, Told>()
  const backups = new Map<string, number>()
  const takenBack: Span[] = []
  entries.forEach((entry, i) => {
    if (entry.at === 'invoked') {
      const open = { begun: i, ended: Number.POSITIVE_INFINITY, outcome: 'unknown' as const, detail: '' }
      operations.set(entry.id, { ...entry, ...open })
    } else if (entry.at === 'ended') {
      const operation = operations.get(entry.id)
      if (operation) {
        Object.assign(operation, { ended: i, outcome: entry.outcome, detail: entry.detail ?? '' })
      }
    } else if (entry.at === 'backup' && entry.phase === 'begun') backups.set(entry.backup, i)
    else if (entry.at === 'restore') {
      // An operation without an end is unknown.
      const to = entry.phase === 'done' ? i : Number.POSITIVE_INFINITY
      const from = backups.get(entry.backup) ?? 0
      const open = takenBack.find((span) => span.from === from && span.to === Number.POSITIVE_INFINITY)
      if (open) open.to = to
      else takenBack.push({ database: entry.database, from, to })
    }
  })
  return { operations: [...operations.values()], takenBack }
}

/** Whether a restore may have undone it, or changed the state before it. */
export function isTakenBack({ takenBack }: Tale, { database, begun, ended }: Told): boolean {
  return takenBack.some((span) => span.database === database && ended > span.from && begun < span.to)
}

/**
 * Acknowledged operations are committed and failed ones are not. A command stores its idempotency key in the transaction of
 * its effects, so the keys show what was committed, even if the log no longer has it.
 */
export function committedFaults(tale: Tale, evidence: Record<Service, Evidence>): string[] {
  return tale.operations.flatMap((operation) => {
    const { id, kind, outcome, database, idempotencyKey, detail } = operation
    const committed = evidence[database].committed.has(idempotencyKey)
    if (outcome === 'ok' && !committed && !isTakenBack(tale, operation)) {
      return [`${kind} ${id} was acknowledged, and ${database} does not have it`]
    }
    if (outcome === 'failed' && committed)
      return [`${kind} ${id} has failed (${detail}), and ${database} has it`]
    return []
  })
}

/** The required outcome of each operation in the log. The database knows more than the client did. */
export function operationsOf(tale: Tale, database: Service, { committed }: Evidence): Operation[] {
  const own = tale.operations.filter((operation) => operation.database === database)
  return own.map((operation) => {
    const found = committed.get(operation.idempotencyKey)
    const certain = operation.sure && !isTakenBack(tale, operation)
    const outcome = !found ? 'failed' : certain && !found.before ? 'ok' : 'unknown'
    return { id: operation.id, key: operation.thing, outcome }
  })
}
