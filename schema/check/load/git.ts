import { execFile } from 'node:child_process'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { inheritedEnv } from '../../../platform/config/read-config.ts'
import { withoutBom } from './without-bom.ts'

const run = promisify(execFile)
const MAX_BYTES = 256 * 1024 * 1024

/** A git hook sets variables such as `GIT_DIR` that are relative to its folder. The repository is that of the folder. */
const ENV = Object.fromEntries(
  Object.entries(inheritedEnv()).filter(([name]) => !/^GIT_(DIR|WORK_TREE|PREFIX|INDEX_FILE)$/.test(name)),
)

/** Runs git in the folder. Resolves with its output, or null if it fails or if git is not installed. */
export async function git(folder: string, ...args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await run('git', ['-C', folder, ...args], { maxBuffer: MAX_BYTES, env: ENV })
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
export async function fileAt(folder: string, commit: string, path: string): Promise<string | null> {
  let at = path
  for (let links = 0; links <= MAX_LINKS; links++) {
    const inside = relative(folder, at)
    const shown = inside.startsWith('../') ? inside : `./${inside}`
    const text = await git(folder, 'show', `${commit}:${shown}`)
    if (text === null) return null
    const isLong = /[\n{]/.test(text)
    if (isLong || !(await isLink(folder, commit, inside))) return withoutBom(text)
    at = join(dirname(at), text)
  }
  return null
}

/** Git refuses to follow more. */
const MAX_LINKS = 40

/** The content of a symbolic link is its target. */
async function isLink(folder: string, commit: string, path: string): Promise<boolean> {
  return (await git(folder, 'ls-tree', commit, '--', path))?.startsWith('120000 ') ?? false
}

/** Whether a path is inside of the folder's repository, be there such a file or not. */
export async function isInRepository(folder: string, path: string): Promise<boolean> {
  return (await git(folder, 'ls-files', '--', path)) !== null
}

async function whyNoHead(folder: string): Promise<string> {
  const reason = await run('git', ['-C', folder, 'rev-parse', '--git-dir'], { env: ENV }).then(
    () => null,
    (error: unknown) => /^fatal: (.*)/m.exec((error as { stderr?: string }).stderr ?? '')?.[1] ?? null,
  )
  const problem = `${folder} is not in a git repository with a commit, or git is not installed`
  return reason === null ? problem : `${problem} (git: ${reason})`
}

/** The names under which the main branch may be known, the likeliest first. */
const MAIN_BRANCHES = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'] as const

/** The default base: the merge base of HEAD with the main branch, or the parent of HEAD on the main branch itself. */
export async function defaultBase(folder: string): Promise<{ commit: string } | { problem: string }> {
  const head = await commitOf(folder, 'HEAD')
  if (head === null) return { problem: await whyNoHead(folder) }
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
