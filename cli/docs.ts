import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ERRORS, type ErrorCode } from '../contracts/errors.ts'
import { parseCommandLine, type Command } from '../platform/command-line.ts'
import { VARIABLES, type VariableName } from '../platform/config/variables.ts'
import { runCommand, UserFacingError } from '../platform/lifecycle.ts'
import { root } from '../platform/root.ts'
import { readApi } from '../schema/docs/read-api.ts'
import { referenceOf } from '../schema/docs/reference.ts'

const DOCS = {
  name: 'npm run generate:docs',
  about:
    'Writes the pages that are made from tables in the code: docs/errors.md, docs/schema.md and .env.example.',
  options: {
    check: { type: 'boolean', about: 'write nothing; fail when a page is not up to date' },
  },
  examples: [
    ['', 'after a change of contracts/errors.ts, platform/config/variables.ts or schema/api.graphql'],
    ['--check', 'in CI'],
  ],
} as const satisfies Command

await runCommand(async () => {
  const { values } = parseCommandLine(DOCS)
  const stale: string[] = []
  for (const [path, text] of [
    ['docs/errors.md', errorsPage()],
    ['.env.example', envExample()],
    ['docs/schema.md', referenceOf(await readApi(join(root, 'schema/api.graphql')), '../schema/api.graphql')],
  ] as const) {
    const file = join(root, path)
    if ((await readFile(file, 'utf8').catch(() => '')) === text) continue
    if (values.check) {
      stale.push(path)
      continue
    }
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  if (stale.length > 0) {
    throw new UserFacingError(
      `These pages are not up to date: ${stale.join(', ')}. Run npm run generate:docs and commit the result.`,
    )
  }
})

type Entry = (typeof ERRORS)[ErrorCode]

function errorsPage(): string {
  const sections = Object.entries<Entry>(ERRORS).map(([code, entry]) => errorSection(code, entry))
  return `<!-- Generated from contracts/errors.ts by npm run generate:docs. -->

# Error codes

A mutation returns the failures it expects in its payload, as types that implement \`UserError { code path message }\`.
Everything else is an entry of the response's top-level \`errors\`, with its code in \`extensions.code\`.

${sections.join('\n')}`
}

function errorSection(code: string, entry: Entry): string {
  const payload = 'type' in entry ? `in the payload of a mutation, as the type \`${entry.type}\`` : ''
  const places = [payload, entry.where === 'payload' ? '' : 'among the top-level errors'].filter(Boolean)
  return `## ${code}\n\nFound ${places.join(', and ')}.\n\n${entry.meaning}\n\n**What to do.** ${entry.remedy}\n`
}

function envExample(): string {
  const names = Object.keys(VARIABLES) as VariableName[]
  return `# Generated from platform/config/variables.ts by npm run generate:docs.
#
# Every variable Tessera reads. A commented line shows the default, and nothing if there is none. \`npm start\` needs
# none of them; a process that you start by itself refuses to start without those that are not commented out and that
# it reads, naming each. A file .env is read by docker compose only (docker/README.md); elsewhere:
# set -a; . ./.env; set +a

${names.map(envEntry).join('\n')}`
}

function envEntry(name: VariableName): string {
  const variable = VARIABLES[name]
  const unset = variable.safeParse(undefined)
  const line = unset.success ? `# ${name}=${shown(unset.data)}` : `${name}=`
  return `# ${variable.description}\n${line}\n`
}

function shown(value: string | number | readonly string[] | undefined): string {
  return typeof value === 'object' ? value.join(',') : String(value ?? '')
}
