import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../local/processes/run.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { root } from '../../platform/root.ts'
import type { openSystem } from '../change-log/system/open-system.ts'

export type EarlierCode = AsyncDisposable & { openSystem: typeof openSystem }

/**
 * Takes the files of a commit from git into a temporary folder, with the packages that are installed here, and loads its own
 * `openSystem`, which starts its processes.
 *
 * @throws UserFacingError with the output of git, for example if the clone does not have the commit
 */
export async function openEarlierCode(commit: string): Promise<EarlierCode> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'tessera-earlier-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const archive = join(folder, 'archive.tar')
  await require('git', ['archive', '--output', archive, commit], root)
  await require('tar', ['-xf', archive], folder)
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await require(process.execPath, ['cli/generate.ts'], folder)
  const file = join(folder, 'bench/change-log/system/open-system.ts')
  const loaded = (await import(file)) as { openSystem: typeof openSystem }
  const opened = stack.move()
  return { openSystem: loaded.openSystem, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function require(command: string, args: string[], cwd: string): Promise<void> {
  const { code, output } = await run(command, args, { cwd })
  if (code === 0) return
  throw new UserFacingError(`${command} ${args.join(' ')} failed in ${cwd}:\n${output}`)
}
