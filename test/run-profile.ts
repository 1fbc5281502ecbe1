import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { root } from '../platform/root.ts'
import { generateClients } from '../local/prisma/generate-clients.ts'
import { helpOf, type Command } from '../platform/command-line.ts'
import { inheritedEnv, type Env } from '../platform/config/read-config.ts'
import { HelpRequested, runCommand, UserFacingError } from '../platform/lifecycle.ts'

type Profile = {
  env: Env
  /** Which of the suites run. @default all */
  suites?: readonly string[]
  /** Number of threads that keep a processor busy meanwhile. @default 0 */
  busy?: number
}

/** Suites that send requests through a gateway, a socket server or the HTTP client for subgraphs. */
const OVER_HTTP = ['gateway', 'e2e', 'users', 'posts', 'followers', 'pagination'].map(
  (name) => `test/${name}/`,
)

/** Ways to run the same suites with other parts of the gateway, by name. */
const PROFILES: Readonly<Record<string, Profile>> = {
  plain: {
    env: { FAST_PATH: 'off', SOCKET_SERVER: 'off', SUBGRAPH_HTTP_CLIENT: 'undici' },
    suites: OVER_HTTP,
  },
  apollo: { env: { GATEWAY_ENGINE: 'apollo' }, suites: ['test/gateway/', 'test/e2e/', 'test/posts/gateway'] },
  load: { env: {}, busy: 4 },
}

await runCommand(async () => {
  const [name = '', ...rest] = process.argv.slice(2)
  const profile = PROFILES[name]
  if (!profile) {
    throw new UserFacingError(
      `There is no profile ${JSON.stringify(name)}. Profiles: ${Object.keys(PROFILES).join(', ')}.`,
    )
  }
  if (rest.includes('--help') || rest.includes('-h'))
    throw new HelpRequested(helpOf(commandOf(name, profile)))
  await generateClients((line) => process.stdout.write(`${line}\n`))
  const named = rest.some((argument) => !argument.startsWith('-'))
  const vitest = join(root, 'node_modules/.bin/vitest')
  const { env, suites = [], busy = 0 } = profile
  const files = named ? rest : [...suites, ...rest]
  const projects = suites.length > 0 ? ['--project', 'integration', '--project', 'systems'] : []
  const loops = Array.from({ length: busy }, () => new Worker('for (;;);', { eval: true }))
  const child = spawn(process.execPath, [vitest, 'run', ...projects, ...files], {
    cwd: root,
    env: { ...inheritedEnv(), ...env },
    stdio: 'inherit',
  })
  const [code] = (await once(child, 'close')) as [number | null]
  await Promise.all(loops.map((loop) => loop.terminate()))
  process.exitCode = code ?? 1
})

function commandOf(name: string, { env, suites, busy = 0 }: Profile): Command {
  const variables = Object.entries(env).map(([variable, value]) => `${variable}=${value}`)
  const how = busy > 0 ? `beside ${busy} threads that are always busy` : `with ${variables.join(', ')}`
  return {
    name: `npm run test:${name}`,
    about: `Runs ${suites ? 'these suites' : 'all suites'} of \`npm test\` ${how}${suites ? `:\n${suites.join(', ')}` : ''}.`,
    positionals: { usage: '[FILE …] [options of vitest]', min: 0, max: Number.POSITIVE_INFINITY },
    options: {},
    examples: [
      ['', suites ? 'all of these suites' : 'all suites'],
      [`${suites?.[0] ?? 'test/gateway/'} -t cache`, 'the tests of one suite whose name contains "cache"'],
    ],
  }
}
