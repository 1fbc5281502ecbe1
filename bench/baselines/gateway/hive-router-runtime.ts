import { contend } from '../../support/contender-process.ts'
import type { ContenderSettings } from '../../support/contender-settings.ts'
import { serveHive } from './hive-gateway.ts'

/** Coalesces equal requests, as in the Guild's own benchmark. */
await contend((settings: ContenderSettings) =>
  serveHive(settings, { inboundInflightRequestDeduplication: true }),
)
