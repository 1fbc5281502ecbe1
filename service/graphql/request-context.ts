import { parseIdOf, type Uuid } from '../../contracts/ids.ts'
import type { Reader } from '../../platform/postgres/database.ts'
import type { RequestBase } from './request-base.ts'

/** What a request of a subgraph works with: what the service lends to all, who asks, and what was read so far. */
export type RequestContext<Services, Loaders> = Services &
  Pick<RequestBase, 'recordXid' | 'stale' | 'eventHeaders' | 'token'> & {
    /** The signed-in user; null when anonymous. */
    viewer: Uuid | null
    /** Loaders remember what they read; a mutation replaces them. */
    loaders: Loaders
    /** Forgets what was read before a write. */
    resetLoaders: () => void
  }

export function createRequestContext<Services extends object, Loaders>(
  services: Services,
  { viewer, reader, ...rest }: RequestBase,
  createLoaders: (reader: Reader, viewer: Uuid | null) => Loaders,
): RequestContext<Services, Loaders> {
  const viewerId = viewer && parseIdOf('user', viewer.id)
  const context: RequestContext<Services, Loaders> = {
    ...services,
    ...rest,
    viewer: viewerId,
    loaders: createLoaders(reader, viewerId),
    resetLoaders: () => {
      context.loaders = createLoaders(reader, viewerId)
    },
  }
  return context
}
