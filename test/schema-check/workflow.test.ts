import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { root } from '../../platform/root.ts'
import { configOf, sdl, workspace, type Workspace } from './support/workspace.ts'

type Step = { id?: string; run?: string; uses?: string; with?: Record<string, unknown> }
type Workflow = { jobs: Record<string, { permissions: Record<string, string>; steps: Step[] }> }

const workflow = parse(await readFile(join(root, '.github/workflows/schema.yml'), 'utf8')) as Workflow
const scripts = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))

/** Runs the check's script, as a runner of GitHub does, in a repository that uses Tessera from another folder. */
async function runCheckStep(folder: Workspace, base: string) {
  const script = workflow.jobs['check']?.steps.find(({ id }) => id === 'check')?.run ?? ''
  const env = {
    ...inheritedEnv(),
    TESSERA: root,
    OPTIONS: '--config supergraph.yaml --operations operations',
    BASE: base,
    RUNNER_TEMP: folder.path,
    GITHUB_OUTPUT: join(folder.path, 'output'),
    GITHUB_STEP_SUMMARY: join(folder.path, 'summary.md'),
  }
  const bash = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script]
  const { promise, resolve } = Promise.withResolvers<{ code: number; log: string }>()
  execFile('bash', bash, { cwd: folder.path, env }, (error, stdout, stderr) =>
    resolve({ code: Number(error?.code ?? 0), log: stdout + stderr }),
  )
  const { code, log } = await promise
  return { code, log, output: await readFile(env.GITHUB_OUTPUT, 'utf8') }
}

/** A pull request that removes `bio`, as GitHub checks it out: a merge commit. Meanwhile main has removed `likes`. */
async function pullRequest(operation: string): Promise<Workspace> {
  const before = sdl('type Query {\n  name: String\n  bio: String\n}')
  const folder = await workspace({
    'supergraph.yaml': configOf('users', 'posts'),
    'users.graphql': before,
    'posts.graphql': sdl('type Query { posts: Int likes: Int }'),
    'operations/web.graphql': operation,
  })
  await folder.commit()
  await folder.git('checkout', '-q', '-b', 'change')
  await folder.write({ 'users.graphql': sdl('type Query {\n  name: String\n}') })
  await folder.commit()
  await folder.git('checkout', '-q', 'main')
  await folder.write({ 'posts.graphql': sdl('type Query { posts: Int }') })
  await folder.commit()
  await folder.git('checkout', '-q', '--detach')
  await folder.git('merge', '-q', '--no-edit', 'change')
  return folder
}

test('a pull request that removes a used field fails, and names the operation, in the log and in the report', async () => {
  await using folder = await pullRequest('# @owner web\nquery Profile { bio }')
  const { code, log, output } = await runCheckStep(folder, 'HEAD^1')
  expect(code).toBe(1)
  expect(log).toMatch(/^::error .*title=FIELD_REMOVED::.*Profile/m)
  expect(log).toContain('1 breaking change: 1 in use')
  const [first = '', ...lines] = output.trimEnd().split('\n')
  expect(lines.at(-1)).toBe(first.slice('report<<'.length))
  expect(lines[0]).toBe('## ❌ Schema check failed')
})

test('after a push whose base is gone, the base is the parent', async () => {
  await using folder = await pullRequest('query Profile { name }')
  await folder.git('checkout', '-q', 'main')
  const { code, log } = await runCheckStep(folder, '0'.repeat(40))
  expect(log).toContain('Field `likes` was removed')
  expect(log).not.toContain('`bio` was removed')
  expect(code).toBe(1)
})

test('the whole history is fetched, and no job that runs code of the pull request may write', () => {
  const { check } = workflow.jobs
  const checkout = check?.steps.find(({ uses }) => uses?.startsWith('actions/checkout@'))
  expect(checkout?.with).toMatchObject({ 'fetch-depth': 0, 'persist-credentials': false })
  expect(check?.permissions).toEqual({ contents: 'read' })
})

test('scripts contain no expressions: text of others cannot become code', () => {
  expect(scripts.length).toBeGreaterThan(3)
  for (const script of scripts) expect(script).not.toContain('${{')
})
