import type { Effect, History } from '../checkers/history.ts'
import type { SeenMessage } from '../support/consumer-process.ts'
import type { Done } from '../support/copying.ts'
import type { Program } from '../support/program.ts'
import { connect, sqlOf } from '../support/sessions.ts'
import type { Bed } from './bed.ts'
import { recordsOf } from './records.ts'

type EffectRow = Done & { epoch: string | null; offset: string | null }

/** Collects all observations when nothing changes any more. The log is read last, by `reader`. */
export async function observe(bed: Bed, reader: Program): Promise<History> {
  const { ledger: operations, copy, seen, reads } = bed
  const client = await connect(bed.owner.url)
  const done = await sqlOf(client)<Done>('select operation, key, turn from done')
  await client.end()
  const rows = await copy<EffectRow>('select operation, key, turn, epoch, "offset" from effect order by n')
  const parked = await copy<{ key: string; epoch: string; offset: string }>(
    'select key, (select epoch from consumer_offset) as epoch, "offset" from parked_event',
  )
  // Taken before the log is read, so the log must contain all of it.
  const had = [...seen]
  const log = recordsOf(await reader.call<SeenMessage>('audit'), 'audit')
  return {
    operations,
    seen: had,
    log,
    effects: rows.map(effectOf),
    parked: parked.map(({ key, epoch, offset }) => ({ key, epoch: Number(epoch), offset: Number(offset) })),
    reads,
    owner: stateOf(done),
    copy: stateOf(rows),
  }
}

function effectOf({ operation, key, epoch, offset }: EffectRow): Effect {
  return {
    operation,
    key,
    at: offset === null ? null : { epoch: Number(epoch), offset: Number(offset) },
  }
}

function stateOf(rows: readonly Done[]): ReadonlyMap<string, string> {
  return new Map(rows.map(({ operation, key, turn }) => [operation, `${key} ${turn}`]))
}
