import { contend } from '../../support/contender-process.ts'
import type { ContenderSettings } from '../../support/contender-settings.ts'
import { serveHive } from './hive-gateway.ts'

/**
 * Hive Gateway with its response cache: whole responses, shared by all clients, without an expiry. It keeps them in a cache of the
 * user's choice, here a Map, which is as fast as can be.
 */
await contend((settings: ContenderSettings) => {
  const entries = new Map<string, unknown>()
  const cache = {
    get: (key: string) => entries.get(key),
    set: (key: string, value: unknown) => void entries.set(key, value),
    delete: (key: string) => entries.delete(key),
    getKeysByPrefix: (prefix: string) => [...entries.keys()].filter((key) => key.startsWith(prefix)),
  }
  return serveHive(settings, { cache, responseCaching: { session: () => null } })
})
