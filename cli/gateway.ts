import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { parseForeignConfig } from '../gateway/foreign/config.ts'
import { startForeignGateway } from '../gateway/foreign/start-foreign-gateway.ts'
import { readSupergraph } from '../gateway/supergraph/read-supergraph.ts'
import { systemClock } from '../platform/clock.ts'
import { readConfig } from '../platform/config/read-config.ts'
import { runServer, UserFacingError } from '../platform/lifecycle.ts'
import { createLog } from '../platform/log.ts'

const USAGE = 'Usage: npm run gateway -- --supergraph FILE --port N [--host ADDRESS] [--config FILE]'

/** Serves any supergraph. */
await runServer(async () => {
  const { supergraph: supergraphFile, config: configFile, host, port } = readArgs()
  const supergraph = readSupergraph(await readText(supergraphFile), supergraphFile)
  const names = [...supergraph.subgraphs.keys()]
  const json = configFile === undefined ? '{}' : await readText(configFile)
  const config = parseForeignConfig(json, configFile ?? 'the default config', names)
  const log = createLog('gateway', readConfig(['LOG_LEVEL']))
  const server = await startForeignGateway({ supergraph, config, host, port, log, clock: systemClock })
  console.log(`Serving ${supergraphFile} at ${server.url}/graphql (subgraphs: ${names.join(', ')})`)
  return server
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
  return { supergraph: values.supergraph, config: values.config, host: values.host ?? HOST, port }
}

function parse() {
  const text = { type: 'string' } as const
  try {
    return parseArgs({ options: { supergraph: text, config: text, host: text, port: text } }).values
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
