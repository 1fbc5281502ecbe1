import { writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { parseCommandLine, type Command } from '../platform/command-line.ts'
import { runCommand, UserFacingError } from '../platform/lifecycle.ts'
import { root } from '../platform/root.ts'
import { readApi } from '../schema/docs/read-api.ts'
import { referenceOf } from '../schema/docs/reference.ts'

const SCHEMA_DOCS = {
  name: 'npm run schema:docs',
  about: 'Writes the reference of a schema as a page of Markdown.',
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
  },
  examples: [
    ['', 'after npm run compose'],
    ['--schema supergraph.graphql --out schema.md', 'your schema'],
  ],
} as const satisfies Command

await runCommand(async () => {
  const { values } = parseCommandLine(SCHEMA_DOCS)
  if (values.schema !== undefined && values.out === undefined)
    throw new UserFacingError('--schema needs --out FILE, the page to write.')
  const schema = values.schema === undefined ? join(root, 'schema/api.graphql') : resolve(values.schema)
  const page = values.out === undefined ? join(root, 'docs/schema.md') : resolve(values.out)
  const api = await readApi(schema)
  await writeFile(page, referenceOf(api, relative(dirname(page), schema)))
  console.log(`Wrote ${relative(process.cwd(), page)}.`)
})
