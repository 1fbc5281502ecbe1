import type { Viewer } from '../../platform/internal-auth.ts'
import { keyOf } from '../subgraph-client/headers.ts'

/** The key of a private value. Keys of different viewers are different, and those of anonymous clients are equal. */
export function forViewer(viewer: Viewer | null, key: string): string {
  const name = viewer ? keyOf(viewer) : ''
  return `${name.length} ${name} ${key}`
}
