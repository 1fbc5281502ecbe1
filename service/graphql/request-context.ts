import { parseIdOf, type Uuid } from '../../contracts/ids.ts'
import type { RequestBase } from './request-base.ts'

/** What a request of a subgraph works with: the service's dependencies, who asks, and what was read so far. */
export type RequestContext<Services, Loaders> = Services &
  Pick<RequestBase, 'eventHeaders' | 'token'> & {
    /** The signed-in user; null when anonymous. */
    viewer: Uuid | null
    /** Loaders remember what they read; a mutation replaces them. */
    loaders: Loaders
    /** Forgets what was read before a write. */
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
