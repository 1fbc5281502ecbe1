import type { Transact } from '../../contracts/sql.ts'
import { checkEvent } from '../../contracts/events.ts'
import { requestWrites, type RequestWrites } from '../../patterns/change-log/index.ts'
import type { Clock, MakeId } from '../../platform/clock.ts'
import type { AwaitedConsumer } from '../../service/change-log/request-copy.ts'
import { createRequestContext, type RequestContext } from '../../service/graphql/request-context.ts'
import type { RequestBase } from '../../service/graphql/subgraph-server.ts'
import { requestAuthors, type RequestAuthors } from './authors/request-authors.ts'
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
  consumer: () => AwaitedConsumer
}

export type Context = RequestContext<Services & RequestWrites & { authors: RequestAuthors }, Loaders>

export function createContext(services: Services, base: RequestBase): Context {
  const writes = requestWrites(services.database, checkEvent, base)
  const reader = base.readerOf(services.database)
  const authors = requestAuthors(services.consumer(), { ...base, reader })
  return createRequestContext({ ...services, ...writes, authors }, base, (viewer) =>
    createLoaders(reader, viewer, authors),
  )
}
