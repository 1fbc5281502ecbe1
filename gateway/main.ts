import { systemClock } from '../platform/clock.ts'
import { readConfig } from '../platform/config/read-config.ts'
import { runServer } from '../platform/lifecycle.ts'
import { createLog } from '../platform/log.ts'
import { GATEWAY_VARIABLES } from './tessera/config.ts'
import { startTesseraGateway } from './tessera/start-tessera-gateway.ts'

/** The process of Tessera's own gateway. */
await runServer(() => {
  const config = readConfig([...GATEWAY_VARIABLES, 'LOG_LEVEL'])
  const log = createLog('gateway', config)
  return startTesseraGateway({ config, log, clock: systemClock })
})
