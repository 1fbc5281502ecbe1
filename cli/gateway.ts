import { readFile } from 'node:fs/promises'
import { parseStandaloneConfig } from '../gateway/standalone/config.ts'
import { OBSERVABILITY_VARIABLES, observabilityOf } from '../gateway/metrics/observability.ts'
import { startStandaloneGateway } from '../gateway/standalone/start-standalone-gateway.ts'
import { SWITCH_VARIABLES, switchesOf } from '../gateway/switches.ts'
import { readSupergraph } from '../gateway/supergraph/read-supergraph.ts'
import { systemClock } from '../platform/clock.ts'
import { parseCommandLine, type Command } from '../platform/command-line.ts'
import { readConfig } from '../platform/config/read-config.ts'
import { runServer, UserFacingError } from '../platform/lifecycle.ts'
import { createLog } from '../platform/log.ts'
import { requirePort } from '../platform/ports.ts'
import { versionOf, watchFile } from './watch-file.ts'

const GATEWAY = {
  name: 'npm run gateway',
  about: 'Serves any supergraph at /graphql, without the rest of Tessera.',
  options: {
    supergraph: { type: 'string', value: 'FILE', about: 'the supergraph schema; required' },
    port: {
      type: 'string',
      value: 'N',
      about: 'port to listen on; 0 takes a free one (default: PORT, or 4000)',
    },
    host: { type: 'string', value: 'ADDRESS', about: 'address to listen on (default: HOST, or 127.0.0.1)' },
    config: {
      type: 'string',
      value: 'FILE',
      about: 'JSON file with timeouts, limits and headers: docs/gateway.md',
    },
    watch: { type: 'boolean', about: 'load the supergraph again when its file changes' },
  },
  notes:
    'Reads LOG_LEVEL, NODE_ENV, REDIS_URL, METRICS_HOST, METRICS_PORT, ACCESS_LOG and the switches of the gateway from the environment: .env.example.',
  examples: [
    ['--supergraph shop.graphql', 'serve shop.graphql at http://127.0.0.1:4000/graphql'],
    ['--supergraph shop.graphql --port 4010 --watch', 'serve it at port 4010, and follow its changes'],
  ],
} as const satisfies Command

await runServer(async () => {
  const { supergraph: supergraphFile, config: configFile, host, port, settings, watch } = readArgs()
  const read = async () => readSupergraph(await readText(supergraphFile), supergraphFile)
  const version = watch ? await versionOf(supergraphFile).catch(() => '') : ''
  const supergraph = await read()
  const names = [...supergraph.subgraphs.keys()]
  const json = configFile === undefined ? '{}' : await readText(configFile)
  const config = parseStandaloneConfig(json, configFile ?? 'the default config', names)
  const environment = readConfig([
    'LOG_LEVEL',
    'NODE_ENV',
    'REDIS_URL',
    ...SWITCH_VARIABLES,
    ...OBSERVABILITY_VARIABLES,
  ])
  await requirePort(host, port, settings)
  const log = createLog('gateway', environment)
  const gateway = await startStandaloneGateway({
    supergraph,
    config,
    ...(configFile !== undefined && { configName: configFile }),
    switches: switchesOf(environment),
    observability: observabilityOf(environment),
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
      log.info({ subgraphs: [...next.subgraphs.keys()] }, `${supergraphFile} changed and was loaded`)
    } catch (error) {
      log.error(
        { err: error },
        `${supergraphFile} changed but cannot be loaded; the previous supergraph is still served`,
      )
    }
  })
  const both = new AsyncDisposableStack()
  // The gateway is disposed first: it stops accepting requests and cancels a running reload.
  both.use(watching)
  both.use(gateway)
  return both
})

function readArgs() {
  const { values } = parseCommandLine(GATEWAY)
  const { HOST, PORT } = readConfig(['HOST', 'PORT'])
  const port = values.port === undefined ? PORT : Number(values.port)
  if (values.supergraph === undefined)
    throw new UserFacingError('--supergraph is missing. See: npm run gateway -- --help')
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UserFacingError(`--port ${values.port} is not a port: give a whole number from 0 to 65535.`)
  }
  return {
    supergraph: values.supergraph,
    config: values.config,
    host: values.host ?? HOST,
    port,
    /** The settings as the user wrote them, for error messages. */
    settings: {
      host: values.host === undefined ? 'HOST=' : '--host ',
      port: values.port === undefined ? 'PORT=' : '--port ',
    },
    watch: values.watch ?? false,
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
