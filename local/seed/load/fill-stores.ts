import { UserFacingError } from '../../../platform/lifecycle.ts'
import { services, type Service } from '../../../contracts/topology.ts'
import { commitStores } from './commit-stores.ts'
import { copyRows, type Table } from './copy-rows.ts'
import { clear, isMarked } from './mark.ts'
import { beginAlone, FILLED, hasRows, openStore, type Store } from './stores.ts'

type Stores = Record<Service, Store>
type Log = (line: string) => void

/** Read in its own order only: its statistics are of use to nobody. */
const LOG = 'outbox'

/** Rows between two lines of progress. */
const PROGRESS_ROWS = 500_000

/**
 * Fills the three databases, or none. Each is filled in one transaction; what a crash between their commits leaves
 * behind is marked, and cleared by the next seed.
 *
 * @throws UserFacingError when the databases are not empty, not migrated or not there
 */
export async function fillStores(
  urls: Record<Service, string>,
  plan: () => Promise<Record<Service, Table[]>>,
  log: Log,
): Promise<void> {
  await using resources = new AsyncDisposableStack()
  const open = async (service: Service) => {
    const store = await openStore(service, urls[service])
    resources.defer(() => store.client.end())
    return store
  }
  const stores: Stores = {
    users: await open('users'),
    posts: await open('posts'),
    followers: await open('followers'),
  }
  await beginEmpty(stores, log)
  const tables = await plan()
  await loadAll(stores, tables, log)
  await commitStores(stores, () => openStore('users', urls.users))
}

/** Begins the transactions, users first: two seeds at once meet there, and the second finds users. */
async function beginEmpty(stores: Stores, log: Log): Promise<void> {
  for (const service of services) await beginAlone(stores[service])
  if (await hasRows(stores.users, 'users')) {
    throw new UserFacingError(
      'The users database already has users; nothing was changed. Seed an empty installation: give \
another DATA_DIR, or drop and migrate the three databases.',
    )
  }
  for (const service of ['posts', 'followers'] as const) {
    const store = stores[service]
    const [table] = FILLED[service]
    while (await hasRows(store, table)) {
      if (!(await isMarked(store))) {
        throw new UserFacingError(
          `The ${service} database already has rows in "${table}", though the users database has no users; nothing \
was changed. Check that the DATABASE_URL_* belong together, or drop and migrate the ${service} database.`,
        )
      }
      log(`${service}: clearing what an interrupted seed left behind`)
      await clear(store)
      // In a transaction of its own, as what follows writes events; so look again.
      await store.client.query('commit')
      await beginAlone(store)
    }
  }
}

/** Loads all tables; when one fails the others stop, and every transaction is rolled back as its connection ends. */
async function loadAll(stores: Stores, plan: Record<Service, Table[]>, log: Log): Promise<void> {
  const failed = new AbortController()
  const loads = services.map(async (service) => {
    try {
      for (const table of plan[service]) await load(stores[service], table, failed.signal, log)
    } catch (error) {
      failed.abort(isBug(error) ? error : notLoaded(service, error))
      throw error
    }
  })
  const first = (await Promise.allSettled(loads)).find(({ status }) => status === 'rejected')
  if (first) throw failed.signal.reason
}

async function load({ client }: Store, table: Table, signal: AbortSignal, log: Log): Promise<void> {
  const name = table.target.replace(/ .*/, '')
  let next = PROGRESS_ROWS
  const loaded = await copyRows(client, table.target, table.rows, signal, (rows) => {
    if (rows < next) return
    log(`${name}: ${rows.toLocaleString('en-US')} rows so far`)
    next += PROGRESS_ROWS
  })
  if (name !== LOG) await client.query(`analyze ${name}`)
  log(`${name}: ${loaded.toLocaleString('en-US')} rows`)
}

function isBug(error: unknown): boolean {
  return !(error instanceof Error) || error instanceof TypeError || error instanceof RangeError
}

function notLoaded(service: Service, cause: unknown): UserFacingError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new UserFacingError(
    `The ${service} database did not take the rows: ${reason}. Nothing was kept. Remove the cause, then seed again.`,
    { cause },
  )
}
