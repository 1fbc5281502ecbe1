import { parseIdOf, type Uuid } from '../../contracts/ids.ts'
import type { RequestBase } from './request-base.ts'

/** The context of a subgraph's request: the service's dependencies, the viewer, and loaders with the data read so far. */
export type RequestContext<Services, Loaders> = Services &
  Pick<RequestBase, 'eventHeaders' | 'token'> & {
    /** The signed-in user. Null if anonymous. */
    viewer: Uuid | null
    /** Loaders cache the data that they read. A mutation replaces them. */
    loaders: Loaders
    /** Replaces the loaders, to drop data that was read before a write. */
    resetLoaders: () => void
  }

export function createRequestContext<Services extends object, Loaders>(
  services: Services,
  { viewer, token, eventHeaders }: RequestBase,
  createLoaders: (viewer: Uuid | null) => Loaders,
): RequestContext<Services, Loaders> {
  const viewerId = viewer && parseIdOf('user', viewer.id)
  const context: RequestContext<Services, Loaders> = {
    ...services,
    token,
    eventHeaders,
    viewer: viewerId,
    loaders: createLoaders(viewerId),
    resetLoaders: () => {
      context.loaders = createLoaders(viewerId)
    },
  }
  return context
}
