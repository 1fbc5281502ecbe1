import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { TokenEntry } from '../../contracts/consistency.ts'
import { checkEvent, event } from '../../contracts/events.ts'
import { OPEN_FOLLOW_REQUESTS } from '../../contracts/exports.ts'
import { formatId } from '../../contracts/ids.ts'
import type { Transact } from '../../contracts/sql.ts'
import { bumpEpoch, insertEvents } from '../../patterns/change-log/index.ts'
import { readConfig } from '../../platform/config/read-config.ts'
import { SUBGRAPH_VARIABLES } from '../../platform/config/service-variables.ts'
import { root } from '../../platform/root.ts'
import { exportRoute } from '../../service/change-log/export-route.ts'
import { startService } from '../../service/start-service.ts'
import { freshDatabase } from '../support/database.ts'
import { createUsersBed, type UsersBed } from './users-bed.ts'
import { SECRET, signUp, type SignedUp, type UsersSubgraph } from './users-client.ts'

/** A request to follow, by uuids. */
export type Asked = { id: string; follower: string; followee: string }

/** The users service, and a service in the place of followers that only asks. */
export type RequestsBed = AsyncDisposable & {
  users: UsersSubgraph
  database: UsersBed['database']
  clock: UsersBed['clock']
  waiting: UsersBed['waiting']
  /** Another process of users. */
  start(): Promise<UsersSubgraph>
  signUp(name: string): Promise<SignedUp>
  /** Sets whether a user approves followers. */
  setApproves(user: SignedUp, approvesFollowers: boolean, users?: UsersSubgraph): Promise<void>
  /**
   * Opens requests, in one transaction with their events. `lost`: without events, as if nobody had read them.
   *
   * @returns the entry of a token for this write
   */
  ask(requests: readonly Asked[], lost?: 'lost'): Promise<TokenEntry>
  /** Ends a request. `lost`: without an event. */
  close(request: Asked, reason: string, lost?: 'lost'): Promise<void>
  /** Writes an event, which may be nonsense. */
  write(type: string, payload: unknown, version?: number): Promise<void>
  /** Raises the epoch of the log of followers. */
  bump(): Promise<void>
  /** The decisions about a request that users has written, in order: `accepted`, `declined nobody`. */
  decisions(request: Asked): Promise<string[]>
  /** The ids of the requests that wait. */
  waits(): Promise<string[]>
  /** Resolves once users has read the log of followers to its present end. */
  caughtUp(): Promise<void>
}

export function asked(follower: string, { uuid }: Pick<SignedUp, 'uuid'>): Asked {
  return { id: randomUUID(), follower, followee: uuid }
}

export async function openRequestsBed(): Promise<RequestsBed> {
  await using stack = new AsyncDisposableStack()
  const bed = stack.use(await createUsersBed())
  const owner = stack.use(await startOwner(bed))
  const start = () => bed.start({ SUBGRAPH_URL_FOLLOWERS: `${owner.url}/graphql` })
  const users = await start()
  const { database } = bed
  const opened = stack.move()
  return {
    users,
    database,
    clock: bed.clock,
    waiting: bed.waiting,
    start,
    signUp: (name) => signUp(users, `${name}_${randomUUID().slice(0, 8)}`),
    async setApproves({ viewer }, approvesFollowers, at = users) {
      const payload = await at.mutate('updateProfile', { approvesFollowers }, viewer)
      expect(payload.__typename).toBe('UpdateProfileSuccess')
    },
    ask: (requests, lost) =>
      owner.transact(async (tx) => {
        const at = new Date()
        for (const { id, follower, followee } of requests) {
          await tx(
            'insert into asked values ($1, $2, $3, $4) on conflict do nothing',
            id,
            follower,
            followee,
            at,
          )
        }
        const events = requests.map((request) =>
          event('follow.requested', { ...idsOf(request), requestedAt: at.toISOString() }, []),
        )
        if (!lost) await insertEvents(tx, events, checkEvent)
        const [row] = await tx<{ epoch: string; xid: string }>(
          'select (select max(epoch) from tick) as epoch, pg_current_xact_id()::text as xid',
        )
        return ['followers', Number(row?.epoch), [String(row?.xid)]]
      }),
    close: (request, reason, lost) =>
      owner.transact(async (tx) => {
        await tx('delete from asked where id = $1', request.id)
        const closed = event('follow.closed', { ...idsOf(request), reason: reason as 'cancelled' }, [])
        if (!lost) await insertEvents(tx, [closed], checkEvent)
      }),
    write: (type, payload, version = 1) =>
      owner.transact(async (tx) => {
        const { followerId, followeeId } = payload as Record<string, string>
        const key = `${followerId}>${followeeId}`
        await insertEvents(tx, [{ key, type, version, payload, touches: [] }], () => null)
      }),
    bump: async () => void (await owner.transact((tx) => bumpEpoch(tx))),
    async decisions({ id }) {
      const { rows } = await database.query<{ said: string }>(
        `select concat_ws(' ', substr(type, 8), payload ->> 'reason') as said from outbox
         where payload ->> 'requestId' = $1 and type <> 'follow.waiting' order by seq`,
        [id],
      )
      return rows.map(({ said }) => said)
    },
    async waits() {
      const { rows } = await database.query<{ id: string }>(
        'select id from follow_request order by requested_at, id',
      )
      return rows.map(({ id }) => id)
    },
    async caughtUp() {
      const [end] = await owner.transact((tx) =>
        tx<{ xid: string }>('select pg_snapshot_xmax(pg_current_snapshot())::text as xid'),
      )
      const read = `select 1 from consumer_offset where pg_snapshot_xmax(cur::pg_snapshot)::text::bigint >= $1
        and not exists (select from parked_key where draining)`
      await expect.poll(async () => (await database.query(read, [end?.xid])).rowCount).toBe(1)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

function idsOf({ id, follower, followee }: Asked) {
  return { requestId: id, followerId: formatId('user', follower), followeeId: formatId('user', followee) }
}

/** A service with the log of followers and a table of open requests. */
async function startOwner({
  clock,
}: UsersBed): Promise<AsyncDisposable & { url: string; transact: Transact }> {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await freshDatabase('followers'))
  let transact: Transact | null = null
  const server = stack.use(
    await startService({
      name: 'followers',
      folder: join(root, 'subgraphs/followers'),
      databases: [{ name: 'followers', url }],
      config: readConfig(SUBGRAPH_VARIABLES, {
        PORT: '0',
        LOG_LEVEL: 'silent',
        INTERNAL_SECRET: SECRET,
        DATABASE_POOL_SIZE: '3',
      }),
      clock: () => clock.now,
      wire: (databases, { log }) => {
        transact = databases[0].transact
        const open = `select id as "requestId", follower as "followerId", followee as "followeeId",
          to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "requestedAt" from asked`
        return {
          resolvers: {},
          createContext: (base) => base,
          internalRoutes: [exportRoute(databases, { [OPEN_FOLLOW_REQUESTS]: () => open }, log)],
          housekeeping: async () => {},
        }
      },
    }),
  )
  const ready = transact as Transact | null
  if (!ready) throw new Error('the service was not wired')
  await ready((tx) =>
    tx(
      'create table asked (id uuid primary key, follower uuid not null, followee uuid not null, at timestamptz(3))',
    ),
  )
  const opened = stack.move()
  return { url: server.url, transact: ready, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}
