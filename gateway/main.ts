import { systemClock } from '../platform/clock.ts'
import { readConfig } from '../platform/config/read-config.ts'
import { runServer } from '../platform/lifecycle.ts'
import { createLog } from '../platform/log.ts'
import { GATEWAY_VARIABLES } from './own/config.ts'
import { startOwnGateway } from './own/start-own-gateway.ts'

/** The gateway of our own system, as a process. */
await runServer(() => {
  const config = readConfig([...GATEWAY_VARIABLES, 'LOG_LEVEL'])
  const log = createLog('gateway', config)
  return startOwnGateway({ config, log, clock: systemClock })
})
