import { readFile, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { parseCommandLine, type Command } from '../platform/command-line.ts'
import { runCommand, UserFacingError } from '../platform/lifecycle.ts'
import { root } from '../platform/root.ts'
import { judgeOperations } from '../schema/check/usage/judge-operations.ts'
import { manifestOf } from '../schema/check/usage/manifest.ts'
import { readApi } from '../schema/docs/read-api.ts'
import { MANIFEST, readTrustedOperations } from '../schema/check/usage/trusted-operations.ts'

const SCHEMA_OPERATIONS = {
  name: 'npm run schema:operations',
  about: `Validates the trusted operations against the schema, reports what is deprecated and in use, with the owner of each
operation, and writes the persisted-query manifest.`,
  options: {
    operations: {
      type: 'string',
      value: 'DIR',
      about:
        'folder of *.graphql files and manifests of clients\n(default: schema/operations of this repository)',
    },
    schema: {
      type: 'string',
      value: 'FILE',
      about: 'a supergraph or the schema that clients see\n(default: schema/api.graphql of this repository)',
    },
    check: { type: 'boolean', about: 'write nothing; fail when the manifest is not up to date' },
  },
  notes: `The owner of an operation is the team of the nearest comment "# @owner TEAM" above it in its file.`,
  examples: [
    ['', 'after a change of schema/operations'],
    ['--check', 'in CI'],
    ['--operations operations --schema api.graphql', 'your operations'],
  ],
} as const satisfies Command

await runCommand(async () => {
  const { values } = parseCommandLine(SCHEMA_OPERATIONS)
  const folder =
    values.operations === undefined ? join(root, 'schema/operations') : resolve(values.operations)
  const base = values.operations === undefined ? root : process.cwd()
  const schema = await readApi(
    values.schema === undefined ? join(root, 'schema/api.graphql') : resolve(values.schema),
  )
  const { operations, faults } = await readTrustedOperations(folder, base)
  const { invalid, deprecated } = judgeOperations(operations, schema)
  for (const line of deprecated) console.warn(`Deprecated: ${line}`)
  const lines = [...faults, ...invalid]
  if (lines.length > 0) throw new UserFacingError([...lines, 'No manifest was written.'].join('\n'))
  const manifest = manifestOf(operations)
  await (values.check ? check : write)(join(folder, MANIFEST), manifest, base)
  console.log(`${operations.length} operations are valid; ${deprecated.length} deprecated parts are in use.`)
})

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text)
}

async function check(file: string, text: string, base: string): Promise<void> {
  const found = await readFile(file, 'utf8').catch(() => '')
  if (found === text) return
  throw new UserFacingError(
    `${relative(base, file)} is not up to date. Run npm run schema:operations and commit the result.`,
  )
}
