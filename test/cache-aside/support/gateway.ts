import { inject } from 'vitest'
import { services, subgraphVariable } from '../../../contracts/topology.ts'
import { GATEWAY_VARIABLES } from '../../../gateway/tessera/config.ts'
import { startTesseraGateway, type TesseraGateway } from '../../../gateway/tessera/start-tessera-gateway.ts'
import { readConfig } from '../../../platform/config/read-config.ts'
import { createLog } from '../../../platform/log.ts'
import { SWITCHES_ENV } from '../../support/switches.ts'

/** A gateway of its own, over the subgraphs that all tests share. */
export function startGateway(env: Readonly<Record<string, string>>): Promise<TesseraGateway> {
  const { subgraphUrls, internalSecret } = inject('system')
  const urls = Object.fromEntries(services.map((name) => [subgraphVariable(name), subgraphUrls[name]]))
  const given = { PORT: '0', CACHE: 'off', INTERNAL_SECRET: internalSecret, ...urls, ...SWITCHES_ENV, ...env }
  const log = createLog('test', { LOG_LEVEL: 'silent' })
  return startTesseraGateway({ config: readConfig(GATEWAY_VARIABLES, given), log, clock: () => Date.now() })
}
