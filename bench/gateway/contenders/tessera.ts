import { parseStandaloneConfig } from '../../../gateway/standalone/config.ts'
import { startStandaloneGateway } from '../../../gateway/standalone/start-standalone-gateway.ts'
import { DEFAULT_SWITCHES } from '../../../gateway/switches.ts'
import { readSupergraph } from '../../../gateway/supergraph/read-supergraph.ts'
import { systemClock } from '../../../platform/clock.ts'
import { createLog } from '../../../platform/log.ts'
import { contend } from '../../support/contender-process.ts'
import type { ContenderSettings } from '../../support/contender-settings.ts'

export type TesseraSettings = ContenderSettings & {
  /** Whether to use the fast HTTP path. Without it, every request goes through Apollo Server. */
  fastPath: boolean
  /** Keys that verify tokens. Null if no user is signed in. */
  jwt: { issuer: string; jwksUrl: string } | null
  /** Where the use of operations is recorded. Null if it is not. */
  redisUrl: string | null
}

/** Our gateway, as `npm run gateway` starts it. */
await contend(
  async ({ supergraph: sdl, propagateAuthorization, fastPath, jwt, redisUrl }: TesseraSettings) => {
    const supergraph = await readSupergraph(sdl, 'the supergraph of the benchmark')
    const json = JSON.stringify({
      introspection: false,
      headers: { propagate: propagateAuthorization ? ['authorization'] : [] },
      jwt: jwt ? [jwt] : [],
      pipelining: [...supergraph.subgraphs.keys()],
      batching: [...supergraph.subgraphs.keys()],
    })
    const options = {
      supergraph,
      config: parseStandaloneConfig(json, 'the config of the benchmark', [...supergraph.subgraphs.keys()]),
      host: '127.0.0.1',
      port: 0,
      log: createLog('gateway', { LOG_LEVEL: 'warn' }),
      clock: systemClock,
      redisUrl: redisUrl ?? undefined,
      switches: { ...DEFAULT_SWITCHES, fastPath: fastPath },
    }
    const { url } = await startStandaloneGateway(options)
    return Number(new URL(url).port)
  },
)
