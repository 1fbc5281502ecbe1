import type { Transact } from '../../contracts/sql.ts'
import { checkEvent } from '../../contracts/events.ts'
import { requestWrites, type RequestWrites } from '../../patterns/change-log/index.ts'
import type { Clock, MakeId } from '../../platform/clock.ts'
import { untilFresh, type AwaitedConsumer } from '../../service/change-log/request-copy.ts'
import { createRequestContext, type RequestContext } from '../../service/graphql/request-context.ts'
import type { RequestBase } from '../../service/graphql/subgraph-server.ts'
import { requestAuthors, type RequestAuthors } from './authors/request-authors.ts'
import { BLOCKS_COPY } from './blocks/blocks-consumer.ts'
import { createLoaders, type Loaders } from './queries/loaders.ts'

/** Services for every request. `secret` is the key of the hashes of idempotent inputs. */
export type Services = {
  /** Name of its database, in tokens. */
  database: string
  /** The transactions that commands run in. */
  transact: Transact
  clock: Clock
  makeId: MakeId
  secret: string
  /** Serves the copy of users' handles and names. */
  authorsConsumer: () => AwaitedConsumer
  /** Serves the copy of blocks. */
  blocksConsumer: () => AwaitedConsumer
}

/** The copies, for one request. */
type RequestCopies = {
  authors: RequestAuthors
  /** Waits until the copy of blocks contains the client's own. The wait happens once per request, and is bounded. */
  blocksFresh: () => Promise<void>
}

export type Context = RequestContext<Services & RequestWrites & RequestCopies, Loaders>

export function createContext(services: Services, base: RequestBase): Context {
  const writes = requestWrites(services.database, checkEvent, base)
  const reader = base.readerOf(services.database)
  const authors = requestAuthors(services.authorsConsumer(), { ...base, reader })
  const blocksFresh = untilFresh(BLOCKS_COPY.name, services.blocksConsumer(), base)
  return createRequestContext({ ...services, ...writes, authors, blocksFresh }, base, (viewer) =>
    createLoaders(reader, viewer, authors),
  )
}
