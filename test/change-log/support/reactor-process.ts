import { Client, Pool } from 'pg'
import { runReactor } from '../../../patterns/change-log/consumer/run-reactor.ts'
import { NotYet } from '../../../patterns/change-log/consumer/handler.ts'
import { readLog } from '../../../patterns/change-log/owner/read-log.ts'
import { serveExport } from '../../../patterns/change-log/owner/serve-export.ts'
import { parseRecord } from '../../../patterns/change-log/record.ts'
import { pause } from '../../../patterns/change-log/signal.ts'
import { pooledSql } from '../../../platform/postgres/pooled-sql.ts'
import { decide, idOf, REACTOR, WORK } from './deciding.ts'

/**
 * A reactor in a process of its own, to be killed: `node reactor-process.ts OWNER_URL URL CHUNKS`. After so many
 * transactions of its handler it prints `in the middle`, and stays in the next one; `never`: in none. The event of a request
 * in the table `waits` must come later.
 */
const [ownerUrl = '', url = '', chunks = ''] = process.argv.slice(2)
const most = chunks === 'never' ? Infinity : Number(chunks)
const owner = new Pool({ connectionString: ownerUrl })
const { sql, transact } = pooledSql(new Pool({ connectionString: url }))
let transactions = 0

runReactor({
  name: REACTOR,
  feed: {
    async read(after, limit, _waitMs, stop = new AbortController().signal) {
      const page = await readLog(
        async (text, ...values) => (await owner.query(text, values)).rows,
        after,
        limit,
      )
      if (page.kind !== 'records') return page
      if (page.records.length === 0) await pause(20, stop)
      return { kind: 'records', records: page.records.map(parseRecord) }
    },
  },
  transport: null,
  openExport: (stop) =>
    serveExport(
      {
        connect: async () => {
          const client = new Client({ connectionString: ownerUrl })
          await client.connect()
          return client
        },
        query: 'select id, key from asked order by id',
      },
      stop,
    ),
  reportPosition: async () => {},
  sql,
  transact,
  handler: {
    versions: { asked: 1, withdrawn: 1 },
    async apply(tx, events) {
      const held = await tx<{ id: string }>('select id from waits')
      const waits = events.find((event) => held.some(({ id }) => id === idOf(event)))
      if (waits) throw new NotYet(waits, 'it waits')
      await decide(tx, events)
      if (transactions++ < most) return
      process.stdout.write('in the middle\n')
      await new Promise(() => {})
    },
  },
  work: WORK,
  report: (_, message) => void process.stderr.write(`${message}\n`),
  clock: () => performance.now(),
  chunk: 10,
  waitingMs: 50,
})
