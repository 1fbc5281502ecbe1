import { preset } from '@graphql-codegen/client-preset'
import { codegen } from '@graphql-codegen/core'
import { buildSchema, parse } from 'graphql'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { apiSchema } from './project.ts'

/**
 * Writes into `folder`, which ends in `/`, what codegen's client preset generates for these operations.
 *
 * Does what the command `graphql-codegen` does with `presetConfig: { fragmentMasking: false }` and this `config`. The
 * command itself would add 300 packages to the installation.
 */
export async function generateTypes(
  folder: string,
  operations: readonly string[],
  config: Readonly<Record<string, unknown>>,
): Promise<void> {
  const sdl = await readFile(apiSchema, 'utf8')
  const outputs = await preset.buildGeneratesSection({
    baseOutputDir: folder,
    presetConfig: { fragmentMasking: false },
    plugins: [],
    pluginMap: {},
    schema: parse(sdl),
    schemaAst: buildSchema(sdl),
    documents: operations.map((rawSDL) => ({ document: parse(rawSDL), rawSDL, location: 'operations.ts' })),
    config: { ...config },
  })
  for (const output of outputs) {
    await mkdir(dirname(output.filename), { recursive: true })
    await writeFile(output.filename, await codegen({ ...output, importExtension: '.ts' }))
  }
}
