import { dirname, join, resolve } from 'node:path'
import { oneOf, parseCommandLine, wholeNumber, type Command } from '../platform/command-line.ts'
import { systemClock } from '../platform/clock.ts'
import { inheritedEnv } from '../platform/config/read-config.ts'
import { runCommand } from '../platform/lifecycle.ts'
import { root } from '../platform/root.ts'
import { type CheckConfig } from '../schema/check/config/config.ts'
import { ownSubgraphs } from '../schema/check/config/own-subgraphs.ts'
import { parseConfig } from '../schema/check/config/parse-config.ts'
import { FORMATS, type FormatName } from '../schema/check/formats/formats.ts'
import { readText } from '../schema/check/load/load-subgraphs.ts'
import { success, type Outcome } from '../schema/check/load/outcome.ts'
import { EXIT_CODES } from '../schema/check/report/report.ts'
import { runCheck } from '../schema/check/run-check.ts'

const OWN_OPERATIONS = join(root, 'schema/operations')
const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[]

const SCHEMA_CHECK = {
  name: 'npm run schema:check',
  about: `Checks a change of the subgraphs' schemas before it is merged. Exit code: 0 passed, 1 failed, 2 could not be judged.`,
  options: {
    config: {
      type: 'string',
      value: 'FILE',
      about:
        "subgraphs in the format of Rover's supergraph.yaml\n(default: the subgraphs of this repository)",
    },
    base: {
      type: 'string',
      value: 'GITREF|FILE|URL',
      about:
        'what to compare with: a commit, or a supergraph or API schema\n(default: the merge base with the main branch; on it, the parent commit)',
    },
    operations: {
      type: 'string',
      value: 'DIR',
      about:
        "the clients' operations, as *.graphql files or manifests\n(default: schema/operations of this repository, none with --config)",
    },
    usage: {
      type: 'string',
      value: 'FILE',
      about: 'what gateways recorded: see npm run schema:usage',
    },
    window: {
      type: 'string',
      value: 'DAYS',
      default: '30',
      about: 'what nobody used for so many days may be removed',
    },
    format: {
      type: 'string',
      value: 'FORMAT',
      default: 'human',
      about: `one of ${FORMAT_NAMES.join(', ')}`,
    },
  },
  examples: [
    ['', 'this repository, compared with the main branch'],
    ['--config supergraph.yaml --base origin/main', 'your subgraphs'],
    ['--format github', 'annotations in a workflow of GitHub'],
  ],
} as const satisfies Command

let isJudged = false
await runCommand(async () => {
  const { values } = parseCommandLine(SCHEMA_CHECK)
  const format = FORMATS[oneOf('--format', values.format ?? 'human', FORMAT_NAMES)]
  const folder = values.config === undefined ? root : dirname(resolve(values.config))
  const checked = await runCheck(await readConfigFile(values.config), {
    folder,
    base: values.base,
    operations: values.operations ?? (values.config === undefined ? OWN_OPERATIONS : null),
    usage: values.usage ?? null,
    windowDays: wholeNumber('--window', values.window ?? '30', 1, 3650),
    clock: systemClock,
  })
  console.log(format(checked))
  process.exitCode = EXIT_CODES[checked.report.verdict]
  isJudged = true
})
// 1 would mean that the schema failed.
if (!isJudged && process.exitCode === 1) process.exitCode = EXIT_CODES.unknown

async function readConfigFile(path: string | undefined): Promise<Outcome<CheckConfig>> {
  if (path === undefined) return success(ownSubgraphs())
  const file = resolve(path)
  const text = await readText(file)
  return text.ok ? parseConfig(file, text.value, inheritedEnv()) : text
}
