import { writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { parseCommandLine, type Command } from '../platform/command-line.ts'
import { runCommand, UserFacingError } from '../platform/lifecycle.ts'
import { root } from '../platform/root.ts'
import { changelogOf, historyOf } from '../schema/docs/changelog.ts'
import { readApi } from '../schema/docs/read-api.ts'
import { referenceOf } from '../schema/docs/reference.ts'

const SCHEMA_DOCS = {
  name: 'npm run schema:docs',
  about: 'Writes the reference of a schema as a page of Markdown, or prints what changed in its git history.',
  options: {
    schema: {
      type: 'string',
      value: 'FILE',
      about: 'a supergraph or the schema that clients see\n(default: schema/api.graphql of this repository)',
    },
    out: {
      type: 'string',
      value: 'FILE',
      about: 'the page to write (default: docs/schema.md of this repository; required with --schema)',
    },
    changelog: { type: 'boolean', about: 'print the changes of the API in each commit, and write nothing' },
    since: { type: 'string', value: 'GITREF', about: 'with --changelog: only commits after this one' },
  },
  examples: [
    ['', 'after npm run compose'],
    ['--schema supergraph.graphql --out schema.md', 'your schema'],
    ['--changelog --since v1.0.0', 'what changed for clients since a tag'],
  ],
} as const satisfies Command

await runCommand(async () => {
  const { values } = parseCommandLine(SCHEMA_DOCS)
  const own = join(root, 'schema/api.graphql')
  const schema = values.schema === undefined ? own : resolve(values.schema)
  if (values.since !== undefined && !values.changelog) throw new UserFacingError('--since needs --changelog.')
  if (values.changelog) return console.log(await changelog(schema, values.since))
  if (values.schema !== undefined && values.out === undefined)
    throw new UserFacingError('--schema needs --out FILE, the page to write.')
  const page = values.out === undefined ? join(root, 'docs/schema.md') : resolve(values.out)
  const api = await readApi(schema)
  await writeFile(page, referenceOf(api, relative(dirname(page), schema)))
  console.log(`Wrote ${relative(process.cwd(), page)}.`)
})

async function changelog(schema: string, since: string | undefined): Promise<string> {
  const releases = await historyOf(schema, since)
  if (releases) return changelogOf(releases)
  const range = since === undefined ? '' : ` after ${JSON.stringify(since)}`
  throw new UserFacingError(
    `git cannot list the commits of ${schema}${range}. Is it in a git repository, and is the ref right?`,
  )
}
