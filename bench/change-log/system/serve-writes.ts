import type { Client } from 'pg'
import { checkEvent, event } from '../../../contracts/events.ts'
import { facets } from '../../../contracts/facets.ts'
import { formatId, type Uuid } from '../../../contracts/ids.ts'
import { preparedSql } from '../../../patterns/change-log/owner/connection.ts'
import { insertEvents } from '../../../patterns/change-log/writer/insert-events.ts'
import type { RelayOptions } from '../../../patterns/change-log/owner/relay-options.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { runPaced, type Pace } from './paced-load.ts'
import { REQUEST_CHANNEL, DONE_CHANNEL } from './transactions.ts'

/** Number of concurrent transactions. */
const SESSIONS = 10

/** Runs inside the service. On request, runs transactions with only the writes of `updateProfile`. */
export function serveWrites({ connect, written }: RelayOptions): AsyncDisposable {
  const stack = new AsyncDisposableStack()
  const sessions: Sql[] = []
  const waiting: ((session: Sql) => void)[] = []
  const listening = listen()

  async function open(): Promise<Client> {
    return stack.adopt(await connect(), (client) => client.end())
  }

  async function listen(): Promise<void> {
    const client = await open()
    client.on('notification', ({ payload }) => {
      serve(client, JSON.parse(payload ?? '') as Pace).catch((error: unknown) =>
        console.error(`the writer has failed: ${String(error)}`),
      )
    })
    await client.query(`listen ${REQUEST_CHANNEL}`)
  }

  async function serve(client: Client, pace: Pace): Promise<void> {
    while (sessions.length < SESSIONS) sessions.push(preparedSql(await open()))
    const people = await (sessions[0] as Sql)<{ id: Uuid }>('select id from users order by id')
    let i = 0
    const done = await runPaced(pace, async () => {
      const { id } = people[i % people.length] as { id: Uuid }
      const name = `Name ${Date.now() * 1_000 + i++}`
      const session = sessions.pop() ?? (await new Promise<Sql>((resolve) => waiting.push(resolve)))
      await rename(session, id, name)
      written.raise()
      const next = waiting.shift()
      if (next) next(session)
      else sessions.push(session)
    })
    await client.query('select pg_notify($1, $2)', [DONE_CHANNEL, JSON.stringify(done)])
  }

  return { [Symbol.asyncDispose]: () => listening.then(() => stack.disposeAsync()) }
}

async function rename(sql: Sql, id: Uuid, name: string): Promise<void> {
  await sql('begin')
  const [user] = await sql<{ bio: string; version: number }>(
    'update users set name = $2, version = version + 1 where id = $1 returning bio, version',
    id,
    name,
  )
  if (!user) throw new Error(`there is no user ${id}`)
  const userId = formatId('user', id)
  const updated = event('user.updated', { userId, name, approvesFollowers: false, ...user }, [
    facets.user(userId),
  ])
  await insertEvents(sql, [updated], checkEvent)
  await sql('commit')
}
