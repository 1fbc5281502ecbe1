import { execFile } from 'node:child_process'
import { relative } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const MAX_BYTES = 256 * 1024 * 1024

/** Runs git in the folder. Resolves with its output, or null if it fails or if git is not installed. */
export async function git(folder: string, ...args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await run('git', ['-C', folder, ...args], { maxBuffer: MAX_BYTES })
    return stdout.trimEnd()
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (typeof code === 'number' || code === 'ENOENT') return null
    throw error
  }
}

/** The commit that a ref names. Null if there is none. */
export function commitOf(folder: string, ref: string): Promise<string | null> {
  return git(folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)
}

/** The text of a file in a commit. Null if the commit does not have the file. @param path absolute */
export function fileAt(folder: string, commit: string, path: string): Promise<string | null> {
  const inside = relative(folder, path)
  return git(folder, 'show', `${commit}:${inside.startsWith('../') ? inside : `./${inside}`}`)
}

/** Whether a path is inside of the folder's repository, be there such a file or not. */
export async function isInRepository(folder: string, path: string): Promise<boolean> {
  return (await git(folder, 'ls-files', '--', path)) !== null
}

/** The names under which the main branch may be known, the likeliest first. */
const MAIN_BRANCHES = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'] as const

/** The default base: the merge base of HEAD with the main branch, or the parent of HEAD on the main branch itself. */
export async function defaultBase(folder: string): Promise<{ commit: string } | { problem: string }> {
  const head = await commitOf(folder, 'HEAD')
  if (head === null)
    return { problem: `${folder} is not in a git repository with a commit, or git is not installed` }
  const known = await Promise.all(
    MAIN_BRANCHES.map(async (name) => ((await commitOf(folder, name)) === null ? [] : [name])),
  )
  const [main] = known.flat()
  if (main === undefined) return { problem: 'the repository has no branch "main" or "master"' }
  const base = await git(folder, 'merge-base', 'HEAD', main)
  const shallow = (await git(folder, 'rev-parse', '--is-shallow-repository')) === 'true'
  const deepen = shallow ? '; the clone is shallow, so fetch the whole history (fetch-depth: 0)' : ''
  if (base === null) return { problem: `HEAD and ${main} have no common ancestor${deepen}` }
  if (base !== head) return { commit: base }
  const parent = await commitOf(folder, 'HEAD^')
  return parent === null ? { problem: `HEAD is on ${main} and has no parent${deepen}` } : { commit: parent }
}
