import { join } from 'node:path'
import { baselines } from '../support/baselines.ts'
import type { ContenderSettings } from '../support/contender-settings.ts'
import type { CachedSettings } from './contenders/cached-tessera.ts'
import type { Issuer } from './issuer.ts'

/** Settings that all contenders of a session share. */
export type SessionSettings = ContenderSettings & {
  /** The reference responses, by request body. */
  answers: Readonly<Record<string, string>>
  issuer: Pick<Issuer, 'issuer' | 'jwksUrl'>
  /** Null if no contender needs it. */
  redisUrl: string | null
}

type Definition = {
  script: string
  /** Whether it is in bench/baselines. */
  peer: boolean
  /** Whether every request carries a token of one of the users. */
  signedIn: boolean
  /** Whether it has a cache that is warm: hardly any request reaches a subgraph. */
  warm: boolean
  /** Whether it needs Redis. */
  redis: boolean
  settings: (session: SessionSettings) => object
}

const own = (file: string) => join(import.meta.dirname, 'contenders', file)
const peer = (file: string, warm = false): Definition => ({
  script: join(baselines, 'gateway', file),
  peer: true,
  signedIn: false,
  warm,
  redis: false,
  settings: ({ supergraph, propagateAuthorization }) => ({ supergraph, propagateAuthorization }),
})
const tessera = (fastPath: boolean, signedIn: boolean, recording = false): Definition => ({
  script: own('tessera.ts'),
  peer: false,
  signedIn,
  warm: false,
  redis: recording,
  settings: ({ supergraph, propagateAuthorization, issuer: { issuer, jwksUrl }, redisUrl }) => ({
    supergraph,
    propagateAuthorization,
    fastPath,
    jwt: signedIn ? { issuer, jwksUrl } : null,
    redisUrl: recording ? redisUrl : null,
  }),
})

const cached = (level: CachedSettings['level']): Definition => ({
  script: own('cached-tessera.ts'),
  peer: false,
  signedIn: false,
  warm: level !== 'new',
  redis: level === 'redis',
  settings: ({ supergraph, redisUrl }) => ({
    supergraph,
    level,
    redisUrl: level === 'redis' ? redisUrl : null,
  }),
})

/** All contenders by their names in the results, in the order in which they run. */
export const CONTENDERS = {
  'raw-http': {
    script: own('raw-http.ts'),
    peer: false,
    signedIn: false,
    warm: false,
    redis: false,
    settings: ({ answers }) => ({ answers }),
  },
  'stock-apollo': peer('stock-apollo.ts'),
  'apollo-undici': peer('apollo-undici.ts'),
  'hive-router-runtime': peer('hive-router-runtime.ts'),
  'warm-hive': peer('hive-response-cache.ts', true),
  'cold-apollo': tessera(false, false),
  'cold-apollo-signed-in': tessera(false, true),
  'cold-fast-path': tessera(true, false),
  'cold-recording': tessera(true, false, true),
  'cold-fast-path-signed-in': tessera(true, true),
  'cold-cache-on': cached('new'),
  'warm-redis': cached('redis'),
  'warm-l1': cached('memory'),
} satisfies Record<string, Definition>

export type ContenderName = keyof typeof CONTENDERS

/** The contender that the others are compared with. */
export const STOCK: ContenderName = 'stock-apollo'

/** Printed beside figures of contenders with a cache. */
export const WARM_NOTE =
  'warm-…: its cache is on and has every response. All other contenders execute every request.'
