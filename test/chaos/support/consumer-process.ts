import { appliedTo } from '../../../patterns/change-log/token/applied.ts'
import { consume } from '../../../patterns/change-log/consumer/consume.ts'
import { readConsumerPosition } from '../../../patterns/change-log/consumer/consumer-position.ts'
import { redrive } from '../../../patterns/change-log/consumer/redrive.ts'
import { beginExport, rebuild } from '../../../patterns/change-log/export/export.ts'
import { readLog } from '../../../patterns/change-log/owner/read-log.ts'
import { parseRecord, type LogRecord } from '../../../patterns/change-log/record.ts'
import { streamReader } from '../../../patterns/change-log/transports/redis/reader.ts'
import { pause } from '../../../patterns/change-log/signal.ts'
import { isFresh, mergeTokens, tokenOf, type Token } from '../../../patterns/change-log/token/token.ts'
import type { LogReader } from '../../../patterns/change-log/transports/transport.ts'
import { serveCommands, tell } from './commands.ts'
import { copyingHandler, loadExport, type Done } from './copying.ts'
import type { StreamAddress } from './owner-process.ts'
import { connectRedis } from './redis.ts'
import { connect, sqlOf, transactOf } from './sessions.ts'

/** A service with a copy of another service's state. It reads a stream or the owner's log. */
export type ConsumerArgument = { owner: string; copy: string; stream: StreamAddress | null }

/** The message that it sends for each page before it applies any of it. */
export type SeenMessage = { epoch: number; seen: readonly LogRecord[] }

const argument = JSON.parse(process.argv[2] ?? '') as ConsumerArgument
const NAME = { consumer: 'copy', source: 'owner' }

/** Connections that are replaced when the owner's server ends. */
let owner = await connect(argument.owner)
const [own, applying] = [await connect(argument.copy), await connect(argument.copy)]
const sql = sqlOf(own)

/** The owner's feed, read directly from its database. */
const log: LogReader = {
  async read(after, limit, waitMs, stop = new AbortController().signal) {
    const until = performance.now() + waitMs
    for (;;) {
      const page = await readLog(sqlOf(owner), after, limit).catch(async (error: unknown) => {
        owner = await connect(argument.owner)
        throw error
      })
      if (page.kind !== 'records') return page
      const records = page.records.map(parseRecord)
      if (records.length > 0 || performance.now() > until || stop.aborted) return { kind: 'records', records }
      await pause(3, stop)
    }
  },
}

async function streamOf({ url, key }: StreamAddress): Promise<LogReader> {
  const send = await connectRedis(url)
  return streamReader(send, key)
}

const source = argument.stream ? await streamOf(argument.stream) : log

const telling: LogReader = {
  async read(after, limit, waitMs, stop) {
    const page = await source.read(after, limit, waitMs, stop)
    if (page.kind === 'records' && page.records.length > 0) {
      tell({ epoch: after.epoch, seen: page.records } satisfies SeenMessage)
    }
    return page
  },
}

async function rebuildHere(): Promise<void> {
  const exporting = await connect(argument.owner)
  const read = transactOf(exporting, 'begin transaction isolation level repeatable read')
  const [start, done] = await read(async (tx) => [
    await beginExport(tx),
    await tx<Done>('select operation, key, turn from done order by key, turn'),
  ])
  await exporting.end()
  await rebuild(transactOf(applying), NAME, start, (tx) => loadExport(tx, done))
}

/** Rebuilds whenever the log requires it. */
async function run(): Promise<never> {
  for (;;) {
    const end = await consume(
      {
        name: NAME,
        reader: telling,
        sql,
        transact: transactOf(applying),
        handler: copyingHandler,
        report: (level, message) => void process.stderr.write(`${level}: ${message}\n`),
        retryMs: 20,
        waitMs: 200,
        waitingMs: 100,
      },
      new AbortController().signal,
    )
    process.stderr.write(`rebuilt, as the log is ${end}\n`)
    await rebuildHere()
  }
}

void run()

serveCommands({
  /** Reads with the token of these writes: from the copy if it is fresh, otherwise from the owner. */
  async read({ epoch, xids }: { epoch: number; xids: string[] }) {
    const token = xids
      .map((xid) => tokenOf('owner', epoch, xid))
      .reduce(mergeTokens, new Map() satisfies Token)
    const applied = await appliedTo(sql, NAME)
    const fresh = applied !== null && isFresh(token, new Map([['owner', applied]]), new Map())
    const rows = fresh
      ? await sql<Done>('select operation from effect')
      : await sqlOf(owner)<Done>('select operation from done')
    return rows.map(({ operation }) => operation)
  },
  /** The whole log of the current epoch, as this process reads it. */
  async audit() {
    const client = await connect(argument.owner)
    const [row] = await sqlOf(client)<{ epoch: string; base: string }>(
      'select s.epoch, min(t.base) as base from log_state s join tick t using (epoch) group by s.epoch',
    )
    const [epoch, records] = [Number(row?.epoch), new Array<LogRecord>()]
    for (let offset = Number(row?.base) - 1; ;) {
      const page = await readLog(sqlOf(client), { epoch, offset }, 500)
      if (page.kind !== 'records') throw new Error(`the log is ${page.kind} at ${epoch}-${offset}`)
      records.push(...page.records.map(parseRecord))
      const last = records.at(-1)?.offset ?? offset
      if (last <= offset) break
      offset = last
    }
    await client.end()
    return { epoch, seen: records } satisfies SeenMessage
  },
  async redrive(key: string) {
    const client = await connect(argument.copy)
    const redriven = await redrive(transactOf(client), NAME, key, copyingHandler)
    await client.end()
    return redriven
  },
  progress: () => readConsumerPosition(sql, NAME),
})
