import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../../platform/root.ts'
import { inheritedEnv } from '../../../platform/config/read-config.ts'

export type ClientProject = AsyncDisposable & {
  path(file: string): string
  /**
   * Runs an executable of `node_modules/.bin` in the project. Resolves to what it printed.
   *
   * @throws Error when it fails, with what it printed
   */
  run(bin: string, ...args: string[]): Promise<string>
}

const TSCONFIG = {
  compilerOptions: {
    target: 'esnext',
    module: 'preserve',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  },
}

/** A client's project of these files, in a folder that finds the packages of this repository. */
export async function makeProject(files: Readonly<Record<string, string>>): Promise<ClientProject> {
  const parent = join(root, '.cache/clients')
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, 'project-'))
  const all = { 'tsconfig.json': JSON.stringify(TSCONFIG), ...files }
  for (const [file, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  return {
    path: (file) => join(folder, file),
    async run(bin, ...args) {
      try {
        const { stdout, stderr } = await promisify(execFile)(
          process.execPath,
          [join(root, 'node_modules/.bin', bin), ...args],
          { cwd: folder, env: inheritedEnv() },
        )
        return stdout + stderr
      } catch (error) {
        const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
        throw new Error(`${bin} failed:\n${stdout}${stderr}`, { cause: error })
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Where the API's schema is, seen from any folder. */
export const apiSchema = join(root, 'schema/api.graphql')
