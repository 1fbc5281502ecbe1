import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { parseStandaloneConfig } from '../gateway/standalone/config.ts'
import { startStandaloneGateway } from '../gateway/standalone/start-standalone-gateway.ts'
import { SWITCH_VARIABLES, switchesOf } from '../gateway/switches.ts'
import { readSupergraph } from '../gateway/supergraph/read-supergraph.ts'
import { systemClock } from '../platform/clock.ts'
import { readConfig } from '../platform/config/read-config.ts'
import { runServer, UserFacingError } from '../platform/lifecycle.ts'
import { createLog } from '../platform/log.ts'
import { requirePort } from '../platform/ports.ts'
import { versionOf, watchFile } from './watch-file.ts'

const USAGE =
  'Usage: npm run gateway -- --supergraph FILE --port N [--host ADDRESS] [--config FILE] [--watch]'

/** Serves any supergraph. */
await runServer(async () => {
  const { supergraph: supergraphFile, config: configFile, host, port, settings, watch } = readArgs()
  const read = async () => readSupergraph(await readText(supergraphFile), supergraphFile)
  const version = watch ? await versionOf(supergraphFile).catch(() => '') : ''
  const supergraph = await read()
  const names = [...supergraph.subgraphs.keys()]
  const json = configFile === undefined ? '{}' : await readText(configFile)
  const config = parseStandaloneConfig(json, configFile ?? 'the default config', names)
  const environment = readConfig(['LOG_LEVEL', 'NODE_ENV', 'REDIS_URL', ...SWITCH_VARIABLES])
  await requirePort(host, port, settings)
  const log = createLog('gateway', environment)
  const gateway = await startStandaloneGateway({
    supergraph,
    config,
    ...(configFile !== undefined && { configName: configFile }),
    switches: switchesOf(environment),
    redisUrl: environment.REDIS_URL,
    host,
    port,
    development: environment.NODE_ENV !== 'production',
    log,
    clock: systemClock,
  })
  console.log(`Serving ${supergraphFile} at ${gateway.url}/graphql (subgraphs: ${names.join(', ')})`)
  if (!watch) return gateway
  const watching = watchFile(supergraphFile, version, async () => {
    try {
      const next = await read()
      await gateway.reload(next)
      log.info({ subgraphs: [...next.subgraphs.keys()] }, `${supergraphFile} changed, and is served`)
    } catch (error) {
      log.error({ err: error }, `${supergraphFile} changed, and the one before is still served`)
    }
  })
  const both = new AsyncDisposableStack()
  // The gateway first: it takes nothing new then, and lets go of a reload that is under way.
  both.use(watching)
  both.use(gateway)
  return both
})

function readArgs() {
  const values = parse()
  const { HOST, PORT } = readConfig(['HOST', 'PORT'])
  const port = values.port === undefined ? PORT : Number(values.port)
  if (values.supergraph === undefined) throw new UserFacingError(`--supergraph is missing.\n${USAGE}`)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UserFacingError(
      `--port ${values.port} is not a port: give a whole number from 0 to 65535.\n${USAGE}`,
    )
  }
  return {
    supergraph: values.supergraph,
    config: values.config,
    host: values.host ?? HOST,
    port,
    /** As they were given, for messages. */
    settings: {
      host: values.host === undefined ? 'HOST=' : '--host ',
      port: values.port === undefined ? 'PORT=' : '--port ',
    },
    watch: values.watch ?? false,
  }
}

function parse() {
  const text = { type: 'string' } as const
  try {
    const watch = { type: 'boolean' } as const
    return parseArgs({ options: { supergraph: text, config: text, host: text, port: text, watch } }).values
  } catch (error) {
    throw new UserFacingError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new UserFacingError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
