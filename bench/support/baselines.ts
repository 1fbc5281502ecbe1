import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../platform/root.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { run } from '../../local/processes/run.ts'

/** Folder of the peers, which has its own package.json. */
export const baselines = join(root, 'bench', 'baselines')

/** Installs the peers if they are not installed. @throws UserFacingError with the output of npm */
export async function installBaselines(report: (line: string) => void): Promise<void> {
  if (await areInstalled()) return
  report('Installing the peers once, by `npm ci` in bench/baselines …')
  const { code, output } = await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: baselines })
  if (code !== 0) throw new UserFacingError(`The peers could not be installed in bench/baselines:\n${output}`)
}

/** Checks the file in which npm records the completed installation: all peers must be there, in the required versions. */
async function areInstalled(): Promise<boolean> {
  const { dependencies } = await readJson<{ dependencies: Record<string, string> }>('package.json')
  const note = join('node_modules', '.package-lock.json')
  const installed = await readJson<{ packages: Record<string, { version: string }> }>(note).catch(() => null)
  return Object.entries(dependencies).every(
    ([name, version]) => installed?.packages[`node_modules/${name}`]?.version === version,
  )
}

async function readJson<Content>(file: string): Promise<Content> {
  return JSON.parse(await readFile(join(baselines, file), 'utf8')) as Content
}
