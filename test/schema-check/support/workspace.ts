import { execFile } from 'node:child_process'
import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { inheritedEnv, type Env } from '../../../platform/config/read-config.ts'
import { root } from '../../../platform/root.ts'
import { type Report } from '../../../schema/check/report/report.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** How the command ended. `text` is both streams. */
export type Run = { code: number; stdout: string; text: string }

/** A folder with files, which may become a git repository, and in which the command runs. */
export type Workspace = AsyncDisposable & {
  path: string
  write(files: Readonly<Record<string, string>>): Promise<void>
  git(...args: readonly string[]): Promise<string>
  /** Commits all files. Makes a repository with the branch `main` first if there is none. */
  commit(): Promise<string>
  check(...args: readonly string[]): Promise<Run>
  /** Runs the check in a subfolder. */
  checkIn(subfolder: string, ...args: readonly string[]): Promise<Run>
  /** Runs the check with `--format json`. */
  report(...args: readonly string[]): Promise<Report & { code: number }>
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Alice',
  GIT_AUTHOR_EMAIL: 'alice@example.com',
  GIT_COMMITTER_NAME: 'Alice',
  GIT_COMMITTER_EMAIL: 'alice@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
}

/** @param env changes to the environment in which the command runs */
export async function workspace(
  files: Readonly<Record<string, string>> = {},
  env: Env = {},
): Promise<Workspace> {
  const folder = await temporaryFolder()
  const path = await realpath(folder.path)
  const run = (file: string, args: readonly string[]) => runIn(path, file, args, env)
  const checkIn = (subfolder: string, ...args: readonly string[]) =>
    runIn(join(path, subfolder), process.execPath, [join(root, 'cli/schema-check.ts'), ...args], env)
  const git = async (...args: readonly string[]) => {
    const { code, stdout, text } = await run('git', args)
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${text}`)
    return stdout.trim()
  }
  const check = (...args: readonly string[]) => checkIn('.', ...args)
  const self: Workspace = {
    path,
    git,
    check,
    checkIn,
    async write(added) {
      for (const [name, text] of Object.entries(added)) {
        await mkdir(dirname(join(path, name)), { recursive: true })
        await writeFile(join(path, name), text)
      }
    },
    async commit() {
      if ((await run('git', ['rev-parse', '--git-dir'])).code !== 0) await git('init', '-q', '-b', 'main')
      await git('add', '-A')
      await git('commit', '-q', '--allow-empty', '-m', 'A change')
      return git('rev-parse', 'HEAD')
    },
    async report(...args) {
      const { code, stdout, text } = await check(...args, '--format', 'json')
      if (!stdout.startsWith('{')) throw new Error(`The command printed no report, but: ${text}`)
      return { ...(JSON.parse(stdout) as Report), code }
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
  await self.write(files)
  return self
}

function runIn(cwd: string, file: string, args: readonly string[], env: Env): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { cwd, env: { ...inheritedEnv(), ...IDENTITY, ...env } },
      (error, stdout, stderr) => {
        const code = error ? Number(error.code ?? 1) : 0
        resolve({ code, stdout, text: stdout + stderr })
      },
    )
  })
}

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n'

/** SDL of a federation subgraph. The definitions begin in line 2. */
export const sdl = (definitions: string) => `${LINK}${definitions}\n`

/** A config of subgraphs, each in `<name>.graphql`. */
export function configOf(...names: readonly string[]): string {
  const entries = names.map(
    (name) => `  ${name}:\n    routing_url: http://${name}\n    schema:\n      file: ${name}.graphql\n`,
  )
  return `subgraphs:\n${entries.join('')}`
}
