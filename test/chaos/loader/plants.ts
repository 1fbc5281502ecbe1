import { CACHE_PLANTS } from './cache-plants.ts'
import { failpointCall } from './failpoints.ts'
import type { Piece } from './patch.ts'
import { RELATION_PLANTS } from './relation-plants.ts'

/** The rows of a tick, as in the statement that takes the tick. */
const TICK_ROWS = `select seq from outbox where xid >= (select pg_snapshot_xmax(cur) from last)
    union all
    select seq from outbox where xid = any (array(select pg_snapshot_xip(cur) from last))`

/** The same rows, as in the statement that reads them. */
const READ_ROWS = 'from t\n  ${ROWS}\n  where t.fits'

const NEW_TICK = 'select last.n + 1, last.epoch, last.cur, pg_current_snapshot(), last.base, cnt,'
const APPEND_CALL =
  "return parseId(await send(['EVAL', APPEND, '1', key, String(epoch), first, String(keep), ...texts]))"
const MOVE = 'const moved = await move(tx, name, position, records)'
const XMIN = 'pg_snapshot_xmin(pg_current_snapshot())'
const COUNT = `(select count(*) from outbox o
  where not pg_visible_in_snapshot(o.xid, prev) and pg_visible_in_snapshot(o.xid, cur))`

const TICK = 'patterns/change-log/owner/tick.ts'
const READ_SQL = 'patterns/change-log/owner/read-log-sql.ts'
const PUBLISHER = 'patterns/change-log/transports/redis/publisher.ts'
const APPLY = 'patterns/change-log/consumer/apply.ts'
const APPLY_PAGE = 'patterns/change-log/consumer/apply-page.ts'
const OPEN_WORK = 'patterns/change-log/consumer/open-work.ts'
const REQUESTS = 'patterns/change-log/consumer/requests.ts'

/** Known bugs, as they are commonly written, with the production code that they replace. */
const PLANTS = {
  /** The reader remembers the highest `seq` it has seen. A lower one that commits later is never read. */
  'seq-cursor': [
    {
      file: TICK,
      find: TICK_ROWS,
      replace: 'select seq from outbox where seq > (select coalesce(max(m), 0) from tick, unnest(marks) m)',
    },
    {
      file: READ_SQL,
      find: READ_ROWS,
      replace: `from t
  cross join lateral (
    select * from outbox where pg_visible_in_snapshot(xid, t.cur)
      and seq > (select coalesce(max(m), 0) from tick p, unnest(p.marks) m where p.n < t.n)
      and seq <= (select coalesce(max(m), 0) from tick p, unnest(p.marks) m where p.n = t.n)
  ) o
  where t.fits`,
    },
  ],
  /** Reads everything below the oldest running transaction, ordered by transaction id. */
  'xid-order': [
    {
      file: TICK,
      find: TICK_ROWS,
      replace: `select seq from outbox
    where not pg_visible_in_snapshot(xid, (select cur from last)) and xid < ${XMIN}`,
    },
    {
      file: TICK,
      find: NEW_TICK,
      replace: NEW_TICK.replace(
        'pg_current_snapshot()',
        () => `(${XMIN}::text || ':' || ${XMIN}::text || ':')::pg_snapshot`,
      ),
    },
    {
      file: READ_SQL,
      find: 'select t.n, o.seq, null as base',
      replace: 'select t.n, row_number() over (order by o.xid, o.seq) as seq, null as base',
    },
  ],
  /** The event is written on a separate connection, while the command's transaction can still roll back. */
  'publish-before-commit': [
    {
      file: 'patterns/change-log/writer/insert-events.ts',
      find: 'const [row] = await tx<WritingXid>(insertText(end - from), ...values)',
      replace: `const { Client } = await import('pg')
    const own = new Client({ connectionString: process.env['DATABASE_URL'] })
    await own.connect()
    const [row] = (await own.query(insertText(end - from), values)).rows
    await own.end()`,
    },
  ],
  /** The relay commits ticks asynchronously, so readers see them before they are on disk. */
  'tick-not-durable': [
    {
      file: 'patterns/change-log/owner/connection.ts',
      find: "case when now in ('off', 'local') then 'on' else now end",
      replace: "'off'",
    },
  ],
  /** A tick is readable before it is counted, and a new relay does not complete the last one. */
  'count-after-publish': [
    { file: TICK, find: 'base + cnt + 1 as base', replace: 'base + greatest(cnt, 0) + 1 as base' },
    {
      file: TICK,
      find: NEW_TICK,
      replace: NEW_TICK.replace('last.base, cnt,', 'last.base, case when cnt = 0 then 0 else -1 end,'),
    },
    {
      file: READ_SQL,
      find: 'select n, base, cnt, prev, cur, time, copies from tick',
      replace: `select n, base, case when cnt < 0 then ${COUNT} else cnt end as cnt, prev, cur, time, copies from tick`,
    },
    {
      file: 'patterns/change-log/owner/lead.ts',
      find: 'ticked.raise()\n',
      replace: `ticked.raise()\nawait sql(\`update tick set cnt = ${COUNT} where cnt < 0 and n = $1\`, taken.n)\n`,
    },
  ],
  /** The consumer commits its offset before the effects. */
  'ack-before-commit': [
    { file: APPLY, find: MOVE, replace: `${MOVE}\nawait tx('commit')\nawait tx('begin')` },
  ],
  /** The effects are committed first, and the offset in the next transaction. */
  'offset-elsewhere': [
    { file: APPLY, find: MOVE, replace: 'const moved = { parked: true }' },
    {
      file: APPLY,
      find: 'if (free.length > 0) await handler.apply(tx, free)',
      replace: `if (free.length > 0) { await handler.apply(tx, free); await tx('commit'); await tx('begin') }`,
    },
    {
      file: APPLY,
      find: 'position: moved.position,\n    applied: free.length,',
      replace: 'position: (await move(tx, name, position, records)).position,\n    applied: free.length,',
    },
  ],
  /** The transport numbers the records. The relay stores its position after it has published. */
  'duplicate-on-republish': [
    {
      file: PUBLISHER,
      find: `const [entry] = parseEntries(await send(['XREVRANGE', key, '+', '-', 'COUNT', '1']))
      return entry ? { epoch: entry.epoch, offset: entry.offset } : null`,
      replace: "const mark = await send(['GET', key + ':mark'])\nreturn mark ? parseId(mark) : null",
    },
    {
      file: PUBLISHER,
      find: APPEND_CALL,
      replace: `${APPEND_CALL.replace(/^return parseId\((.*)\)$/, '$1')}
      if (records.length > 1) ${failpointCall('published')}
      const mark = { epoch, offset: records.at(-1).offset }
      await send(['SET', key + ':mark', mark.epoch + '-' + mark.offset])
      return mark`,
    },
    {
      file: PUBLISHER,
      find: 'if tonumber(e) > epoch or (tonumber(e) == epoch and tonumber(o) ~= first - 1) then return top[1] end',
      replace: 'first = tonumber(o) + 1',
    },
    {
      file: PUBLISHER,
      find: "'${FIELD}', ARGV[i])",
      replace: `'\${FIELD}', (string.gsub(ARGV[i], '"offset":%d+', '"offset":' .. string.format('%.0f', first + i - 4), 1)))`,
    },
  ],
  /** Rows are deleted when all consumers have passed a higher `seq`. */
  'retention-by-seq': [
    {
      file: 'patterns/change-log/owner/retention.ts',
      find: 'where o.xid < pg_snapshot_xmax(s.floor) and pg_visible_in_snapshot(o.xid, s.floor)',
      replace: 'where o.seq <= (select max(seq) from outbox p where pg_visible_in_snapshot(p.xid, s.floor))',
    },
  ],
  /** Of two writes the token keeps the one with the higher transaction id. */
  'token-by-maximum': [
    {
      file: 'patterns/change-log/token/token.ts',
      find: 'const kept = new Set(xids.filter((xid) => BigInt(xid) >= known))',
      replace:
        'const kept = new Set(xids.length > 0 ? [xids.reduce((x, y) => (BigInt(x) > BigInt(y) ? x : y))] : [])',
    },
  ],
  /** The event is parked, its key is not. */
  'parked-overtaken': [
    {
      file: APPLY,
      find: 'const parked = moved.parked && known.length > 0 ? await lockParked(tx, name, keysOf(known)) : new Set()',
      replace: 'const parked = new Set()',
    },
  ],
  /** An event that must wait for another log is taken for one that cannot be applied. */
  'waiting-parked': [
    { file: APPLY_PAGE, find: 'if (error instanceof NotYet && end >= 0)', replace: 'if (error === null)' },
    {
      file: APPLY_PAGE,
      find: 'if (error instanceof NotYet) return { position, notYet: error }\n',
      replace: '',
    },
  ],
  /** The log goes on in whatever database it finds. */
  'epoch-ignored': [
    {
      file: 'patterns/change-log/owner/epoch.ts',
      find: "return reason ? { kind: 'restored', reason } : { kind: 'ok' }",
      replace: "return { kind: 'ok' }",
    },
  ],
  /** A reactor does not look up what it has decided before. */
  'decided-twice': [
    { file: REQUESTS, find: 'if (before.length === 0) return new Map()', replace: 'return new Map()' },
    { file: REQUESTS, find: 'where own.outcome is null', replace: 'where true' },
  ],
  /** A rebuilt reactor reads on from the end of the log, and does not ask what is open. */
  'open-work-lost': [
    {
      file: OPEN_WORK,
      find: 'add: (tx, rows, start) => put(tx, rows.map(requestOf), start),',
      replace: 'async add() {},',
    },
  ],
  /** A rebuilt reactor keeps open what its owner does not list any more. */
  'withdrawal-missed': [
    { file: OPEN_WORK, find: 'const page = await readUnlisted(tx, name, after)', replace: 'const page = []' },
  ],
  /** Later events of a key do not wait for its open work. */
  'open-work-overtaken': [
    {
      file: 'patterns/change-log/consumer/parked.ts',
      find: 'and key = any ($3::text[])\n     order by key for update',
      replace: 'and key = any ($3::text[]) and not draining\n     order by key for update',
    },
  ],
  /** An outcome is committed first, and its effects by the next transaction. */
  'outcome-elsewhere': [
    {
      file: REQUESTS,
      find: 'const made = new Set(',
      replace: "await tx('commit')\nawait tx('begin')\nconst made = new Set(",
    },
  ],
  ...CACHE_PLANTS,
  ...RELATION_PLANTS,
} satisfies Record<string, readonly Piece[]>

export type PlantName = keyof typeof PLANTS

export const PLANT_NAMES = Object.keys(PLANTS) as PlantName[]

/** @throws Error if there is no such plant */
export function plantPieces(name: string): { name: string; piece: Piece }[] {
  if (!Object.hasOwn(PLANTS, name)) {
    throw new Error(`There is no bug ${JSON.stringify(name)} to plant, only ${PLANT_NAMES.join(', ')}.`)
  }
  return PLANTS[name as PlantName].map((piece) => ({ name: `the bug ${name}`, piece }))
}
