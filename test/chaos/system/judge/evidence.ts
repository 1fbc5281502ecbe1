import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from 'pg'
import { forServices, services, type Service } from '../../../../contracts/topology.ts'
import { parseSnapshot, sees, type EventRecord } from '../../../../patterns/change-log/index.ts'
import { readLog } from '../../../../patterns/change-log/owner/read-log.ts'
import { parseRecord } from '../../../../patterns/change-log/record.ts'
import type { Effect, LoggedRecord, SeenRecord } from '../../checkers/history.ts'
import { operationOf, turnOf } from '../../copies/operation-of.ts'
import { connect, sqlOf } from '../../support/sessions.ts'
import type { ChaosSystem } from '../nemesis.ts'

/** All evidence of a run for one service: its database, its copy, and the records of its readers. */
export type Evidence = {
  epoch: number
  log: LoggedRecord[]
  /** Committed commands by idempotency key. `before`: committed before the existing log began. */
  committed: ReadonlyMap<string, { before: boolean }>
  effects: (Effect & { epoch: number })[]
  parked: { key: string; epoch: number; offset: number }[]
  seen: SeenRecord[]
  /** Why the log could not be read to its end. Null if it could. */
  broken: string | null
}

export async function gather(system: ChaosSystem): Promise<Record<Service, Evidence>> {
  const all = await Promise.all(services.map((service) => gatherOne(system, service)))
  return forServices((service) => all[services.indexOf(service)] as Evidence)
}

async function gatherOne({ servers, fleet }: ChaosSystem, service: Service): Promise<Evidence> {
  const [owner, copy] = [
    await connect(servers.databaseUrls[service]),
    await connect(servers.copyUrls[service]),
  ]
  try {
    // The order matters, because the relay still takes empty ticks, which readers record.
    const seen = await seenOf(fleet.seenFolder, service)
    const committed = await committedIn(owner)
    const { epoch, records, broken } = await readWhole(owner)
    const log = records.map(({ offset, event }) => ({ epoch, offset, event: event && toEvent(event) }))
    const effects = [...(await effectsIn(copy)), ...(await exported(copy, epoch, records))]
    const { rows } = await copy.query<{ key: string; epoch: string; offset: string }>(
      'select key, epoch, p."offset" from parked_event p join consumer_offset using (consumer, source)',
    )
    const parked = rows.map((row) => ({ key: row.key, epoch: Number(row.epoch), offset: Number(row.offset) }))
    return { epoch, log, committed, effects, parked, seen, broken }
  } finally {
    await owner.end()
    await copy.end()
  }
}

type Whole = { offset: number; event: EventRecord | null }

async function readWhole(owner: Client): Promise<{ epoch: number; records: Whole[]; broken: string | null }> {
  const sql = sqlOf(owner)
  const [begin] = await sql<{ epoch: string; base: string }>(
    'select epoch, base from tick order by n limit 1',
  )
  const epoch = Number(begin?.epoch)
  const records: Whole[] = []
  for (let offset = Number(begin?.base) - 1; ;) {
    const page = await readLog(sql, { epoch, offset }, 2_000).catch((error: unknown) => ({
      kind: String(error),
    }))
    if (!('records' in page)) return { epoch, records, broken: `at ${epoch}-${offset}: ${page.kind}` }
    if (page.records.length === 0) return { epoch, records, broken: null }
    for (const raw of page.records) {
      const record = parseRecord(raw)
      records.push({ offset: record.offset, event: record.kind === 'event' ? record : null })
    }
    offset = records.at(-1)?.offset ?? offset
  }
}

function toEvent(event: EventRecord): LoggedRecord['event'] {
  return { operation: operationOf(event), key: event.key, turn: turnOf(event) }
}

async function committedIn(owner: Client): Promise<Evidence['committed']> {
  const { rows } = await owner.query<{ key: string; before: boolean }>(
    `select key, pg_visible_in_snapshot(xid, (select prev from tick order by n limit 1)) as before
     from idempotency_key`,
  )
  return new Map(rows.map(({ key, before }) => [key, { before }]))
}

async function effectsIn(copy: Client): Promise<Evidence['effects']> {
  const { rows } = await copy.query<{ epoch: string; offset: string; operation: string; key: string }>(
    'select epoch, "offset", operation, key from effect order by n',
  )
  return rows.map(({ epoch, offset, operation, key }) => {
    const at = { epoch: Number(epoch), offset: Number(offset) }
    return { operation, key, at, epoch: at.epoch }
  })
}

/** The last export of the epoch. Events that its snapshot sees have no effects of their own. */
async function exported(
  copy: Client,
  epoch: number,
  records: readonly Whole[],
): Promise<Evidence['effects']> {
  const { rows } = await copy.query<{ snapshot: string }>(
    'select snapshot from built where epoch = $1 order by n desc limit 1',
    [epoch],
  )
  const [built] = rows
  if (!built) return []
  const snapshot = parseSnapshot(built.snapshot)
  return records.flatMap(({ event }) =>
    event && sees(snapshot, BigInt(event.xid))
      ? [{ operation: operationOf(event), key: event.key, at: null, epoch }]
      : [],
  )
}

/** Each process of the copier has its own file. A line that is incomplete after a kill is ignored. */
async function seenOf(folder: string, service: Service): Promise<SeenRecord[]> {
  const files = (await readdir(folder)).filter((file) => file.startsWith(`${service}-`))
  const seen: SeenRecord[] = []
  for (const file of files) {
    for (const line of (await readFile(join(folder, file), 'utf8')).split('\n')) {
      for (const record of parse(line)) seen.push({ ...record, reader: file })
    }
  }
  return seen
}

function parse(line: string): LoggedRecord[] {
  try {
    return JSON.parse(line) as LoggedRecord[]
  } catch {
    return []
  }
}
