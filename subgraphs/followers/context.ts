import type { Sql, Transact } from '../../contracts/sql.ts'
import type { Uuid } from '../../contracts/ids.ts'
import { checkEvent } from '../../contracts/events.ts'
import { requestWrites, type RequestWrites } from '../../patterns/change-log/index.ts'
import type { Clock } from '../../platform/clock.ts'
import { createRequestContext, type RequestContext } from '../../service/graphql/request-context.ts'
import type { RequestBase } from '../../service/graphql/subgraph-server.ts'
import {
  requestDecisions,
  type DecisionsConsumer,
  type RequestDecisions,
} from './decisions/request-decisions.ts'
import { createLoaders, type Loaders } from './queries/loaders.ts'

/** Services for every request. `secret` is the key of the hashes of idempotent inputs. */
export type Services = {
  /** Name of its database, in tokens. */
  database: string
  /** The transactions that commands run in. */
  transact: Transact
  /** Reads outside of commands. */
  sql: Sql
  clock: Clock
  /** Makes the id of a request: a random uuid. */
  newId: () => Uuid
  secret: string
  /** Applies users' decisions about requests to follow. */
  consumer: () => DecisionsConsumer
}

export type Context = RequestContext<
  Services &
    RequestWrites & {
      decisions: RequestDecisions
      /** Adds the transaction of another process to the response's consistency token. */
      recordXid: (xid: string) => void
    },
  Loaders
>

export function createContext(services: Services, base: RequestBase): Context {
  const writes = requestWrites(services.database, checkEvent, base)
  const reader = base.readerOf(services.database)
  const decisions = requestDecisions(services.consumer(), { ...base, reader })
  const recordXid = (xid: string) => base.recordXid(services.database, xid)
  return createRequestContext({ ...services, ...writes, decisions, recordXid }, base, (viewer) =>
    createLoaders(reader, viewer, decisions),
  )
}
