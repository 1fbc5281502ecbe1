import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from 'pg'
import { serveFeed } from '../../../patterns/change-log/owner/serve-feed.ts'
import { serveReport } from '../../../patterns/change-log/owner/serve-report.ts'
import { insertEvents } from '../../../patterns/change-log/writer/insert-events.ts'
import { serveExport } from '../../../patterns/change-log/owner/serve-export.ts'
import { runLog, type RunningLog } from './running-log.ts'
import type { Session } from './log-database.ts'

/** A service whose state is a number for each key, and whose log is `added` events; all served over HTTP. */
export type Owner = AsyncDisposable & {
  log: RunningLog
  url: string
  /** Adds to a key, in one transaction with its event. Returns the xid. */
  add(key: string, by: number, session?: Session): Promise<string>
  state(): Promise<{ key: string; n: number }[]>
  /** Connections that exports have open. */
  exports(): Promise<number>
  /** What it does to exports: `cut` them in the middle, have none (`down`), or not go on after the first bytes (`held`). */
  mode: { export: 'whole' | 'cut' | 'down' | 'held' }
}

export async function openOwner(): Promise<Owner> {
  await using stack = new AsyncDisposableStack()
  const log = stack.use(await runLog())
  log.relay()
  await log.session.sql('create table state (key text primary key, n integer not null)')
  const open = () => log.database.session()
  const [reading, telling, writing] = [await open(), await open(), await open()]
  const mode: Owner['mode'] = { export: 'whole' }
  const server = createServer((request, response) => {
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const { searchParams, pathname } = new URL(request.url ?? '', 'http://owner')
    const answers: Record<string, () => Promise<unknown>> = {
      '/log': async () => {
        const options = { sql: reading.sql, ticked: log.ticked, clock: () => performance.now() }
        const { status, body } = await serveFeed(options, searchParams, gone.signal)
        response.writeHead(status).end(body)
      },
      '/log/consumers': async () => {
        const body = (await request.toArray()).join('')
        response.writeHead(200).end((await serveReport(telling.sql, body)).body)
      },
      '/log/export': () => answerExport(log, response, gone.signal, mode),
    }
    answers[pathname]?.().catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end(String(error))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stack.defer(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  const opened = stack.move()
  return {
    log,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mode,
    async add(key, by, session = writing) {
      const own = session === writing
      if (own) await session.sql('begin')
      await session.sql(
        'insert into state values ($1, $2) on conflict (key) do update set n = state.n + excluded.n',
        key,
        by,
      )
      const event = { key, type: 'added', version: 1, payload: by, touches: [key] }
      const xid = await insertEvents(session.sql, [event], () => null)
      if (own) await session.sql('commit')
      log.written.raise()
      return xid ?? ''
    },
    state: () => log.session.sql('select key, n from state order by key'),
    async exports() {
      const [row] = await log.session.sql<{ n: number }>(
        "select count(*)::integer as n from pg_stat_activity where application_name = 'export' and datname = current_database()",
      )
      return row?.n ?? -1
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function answerExport(
  log: RunningLog,
  response: ServerResponse,
  gone: AbortSignal,
  mode: Owner['mode'],
): Promise<void> {
  if (mode.export === 'down') throw new Error('no export today')
  const connect = async () => {
    const client = new Client({ connectionString: log.database.url, application_name: 'export' })
    await client.connect()
    return client
  }
  const text = await serveExport({ connect, query: 'select key, n from state order by key' }, gone)
  let sent = 0
  for await (const chunk of text) {
    const bytes = Buffer.from(chunk as Uint8Array)
    // All but the last line, and ended as if that were all.
    const end = bytes.lastIndexOf('{"end"')
    response.write(mode.export === 'cut' && end >= 0 ? bytes.subarray(0, end) : bytes)
    sent += bytes.length
    if (mode.export === 'held' && sent > 0) await once(gone, 'abort')
  }
  response.end()
}
