import { execFile } from 'node:child_process'
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { root } from '../../platform/root.ts'
import { commentsApi, type Comment } from './support/comments-api.ts'
import { configOf, sdl, workspace, type Workspace } from './support/workspace.ts'

type Step = { id?: string; run?: string; uses?: string; with?: Record<string, unknown> }
type Workflow = { jobs: Record<string, { permissions: Record<string, string>; steps: Step[] }> }

const workflow = parse(await readFile(join(root, '.github/workflows/schema.yml'), 'utf8')) as Workflow
const scripts = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))

/** Runs the check's script, as a runner of GitHub does, in a repository that uses Tessera from another folder. */
async function runCheckStep(folder: Workspace, base: string, options = '') {
  const env = {
    TESSERA: root,
    OPTIONS: `--config supergraph.yaml --operations operations${options}`,
    BASE: base,
    RUNNER_TEMP: folder.path,
    GITHUB_OUTPUT: join(folder.path, 'output'),
    GITHUB_STEP_SUMMARY: join(folder.path, 'summary.md'),
  }
  const script = workflow.jobs['check']?.steps.find(({ id }) => id === 'check')?.run ?? ''
  const { code, log } = await bash(script, folder.path, env)
  return { code, log, output: await readFile(env.GITHUB_OUTPUT, 'utf8') }
}

async function bash(script: string, cwd: string, env: Record<string, string>) {
  const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script]
  const { promise, resolve } = Promise.withResolvers<{ code: number; log: string }>()
  execFile('bash', args, { cwd, env: { ...inheritedEnv(), ...env } }, (error, stdout, stderr) =>
    resolve({ code: Number(error?.code ?? 0), log: stdout + stderr }),
  )
  return promise
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

test('a base in the options is used instead of the commit', async () => {
  await using folder = await pullRequest('query Profile { name }')
  await folder.write({ 'api.graphql': 'type Query { name: String posts: Int old: Int }' })
  const { code, log } = await runCheckStep(folder, 'HEAD^1', ' --base api.graphql')
  expect(log).toContain('Compared with api.graphql.')
  expect(log).toContain('Field `old` was removed')
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

const MARK = '<!-- schema check -->'
const PERSON: Comment = { id: 1, user: { type: 'User' }, body: `${MARK}\nQuoted` }
const NO_BODY: Comment = { id: 2, user: { type: 'Bot' }, body: null }
const OWN: Comment = { id: 3, user: { type: 'Bot' }, body: `${MARK}\nThe report before` }
const OTHERS = Array.from({ length: 120 }, (_, i) => ({ ...PERSON, id: 10 + i, body: 'LGTM' }))
const REPORT = '## ❌ Schema check failed\n\n- "quoted", `$(code)`, @nobody\n'

test.each([
  ['a check that fails comments', 'failure', [PERSON, NO_BODY], 'POST', MARK + '\n' + REPORT],
  ['another run changes the comment', 'failure', [PERSON, OWN], 'PATCH', MARK + '\n' + REPORT],
  ['a comment after many others is found', 'success', [...OTHERS, OWN], 'PATCH', MARK + '\n' + REPORT],
  ['a check that passes writes no comment', 'success', [PERSON], 'GET', PERSON.body],
] as const)('%s', async (_, result, before, method, body) => {
  await using folder = await workspace()
  const comments = before.map((comment) => ({ ...comment }))
  await using api = await commentsApi(comments)
  const script = workflow.jobs['comment']?.steps.at(-1)?.run ?? ''
  const { code, log } = await bash(script, folder.path, {
    GITHUB_API_URL: api.url,
    GITHUB_REPOSITORY: 'owner/repository',
    GH_TOKEN: 'token',
    NUMBER: '7',
    REPORT,
    RESULT: result,
    RUNNER_TEMP: folder.path,
  })
  expect({ code, log }).toEqual({ code: 0, log: '' })
  expect(api.requests.at(-1)).toMatch(new RegExp(`^${method} `))
  expect(comments.filter((comment) => comment.body === body)).toHaveLength(1)
  expect(comments.length - before.length).toBe(method === 'POST' ? 1 : 0)
})

test('without permission to comment, the job fails and says why', async () => {
  await using folder = await workspace()
  await using api = await commentsApi([])
  const script = workflow.jobs['comment']?.steps.at(-1)?.run ?? ''
  const env = {
    GITHUB_API_URL: api.url,
    GITHUB_REPOSITORY: 'owner/repository',
    GH_TOKEN: 'other',
    NUMBER: '7',
  }
  const { code, log } = await bash(script, folder.path, {
    ...env,
    REPORT,
    RESULT: 'failure',
    RUNNER_TEMP: folder.path,
  })
  expect(code).not.toBe(0)
  expect(log).toContain('401')
})

/** The scripts of the job in the documentation, without the installation. */
async function gitlabScript(): Promise<string> {
  const page = await readFile(join(root, 'docs/schema-checks.md'), 'utf8')
  const block = /### GitLab\n+```yaml\n(.*?)```/s.exec(page)?.[1] ?? ''
  const { schema } = parse(block) as { schema: { script: string[] } }
  expect(schema.script.length).toBeGreaterThan(4)
  return schema.script.filter((line) => !/^(git clone|npm ci) /.test(line)).join('\n')
}

test.each([
  ['merged results', { CI_MERGE_REQUEST_TARGET_BRANCH_SHA: 'main', CI_MERGE_REQUEST_DIFF_BASE_SHA: 'main^' }],
  ['a merge request', { CI_MERGE_REQUEST_TARGET_BRANCH_SHA: '', CI_MERGE_REQUEST_DIFF_BASE_SHA: 'main' }],
  ['a push', { CI_COMMIT_BEFORE_SHA: 'main' }],
  ['the push of a new branch', { CI_COMMIT_BEFORE_SHA: '0'.repeat(40) }],
])('GitLab: the base in a pipeline of %s', async (_, variables) => {
  await using folder = await pullRequest('query Profile { bio }')
  await symlink(root, join(folder.path, '.tessera'))
  const { code, log } = await bash(await gitlabScript(), folder.path, variables)
  expect(log).toContain('Field `bio` was removed')
  expect(log).not.toContain('`likes` was removed')
  expect(code).toBe(1)
})
