import { expect, test } from 'vitest'
import { configOf, sdl, workspace, type Workspace } from './support/workspace.ts'

const DAY_MS = 86_400_000
const USERS =
  'type Query {\n  user: User\n}\ntype User @key(fields: "id") {\n  id: ID!\n  bio: String\n  name: String\n}'

/** A repository whose branch `change` removes the field `bio`. One operation selects `name`. */
async function repository(): Promise<Workspace> {
  const folder = await workspace({
    'c.yaml': configOf('users'),
    'users.graphql': sdl(USERS),
    'operations/name.graphql': 'query Name {\n  user {\n    name\n  }\n}\n',
  })
  await folder.commit()
  await folder.git('checkout', '-q', '-b', 'change')
  await folder.write({ 'users.graphql': sdl(USERS.replace('  bio: String\n', '')) })
  await folder.commit()
  return folder
}

/** An export of a recording of the last `days` days, with one operation. */
function recording(days: number, field: string): string {
  const to = new Date()
  const from = new Date(to.getTime() - days * DAY_MS)
  const client = { name: 'web', version: '1.2', count: 7, lastUsed: to.toISOString() }
  const operation = {
    signature: 'a1',
    name: 'Recorded',
    document: `query Recorded { user { ${field} } }`,
    coordinates: ['Query.user', `User.${field}`],
    clients: [client],
  }
  return JSON.stringify({ version: 1, from, to, operations: [operation] })
}

const ARGS = ['--config', 'c.yaml', '--operations', 'operations'] as const
const verdictsOf = ({ stages }: Awaited<ReturnType<Workspace['report']>>) =>
  Object.fromEntries(stages.map(({ stage, verdict }) => [stage, verdict]))

test('the removal of a field that a trusted operation selects fails, and names the operation and its place', async () => {
  await using folder = await repository()
  await folder.write({ 'operations/bio.graphql': 'query Bio {\n  user {\n    bio\n  }\n}\n' })
  const report = await folder.report(...ARGS)
  expect(verdictsOf(report)).toEqual({
    compose: 'passed',
    lint: 'passed',
    changes: 'passed',
    usage: 'failed',
  })
  const usage = report.stages.find(({ stage }) => stage === 'usage')
  expect(usage?.findings).toMatchObject([
    { severity: 'error', coordinate: 'User.bio', subgraph: 'users', place: { file: 'users.graphql' } },
  ])
  expect(usage?.findings[0]?.evidence?.join('\n')).toContain('Bio (operations/bio.graphql:1')
  expect(report.code).toBe(1)
})

test('the removal of a field that a client was recorded to select fails, and names the client', async () => {
  await using folder = await repository()
  await folder.write({ 'usage.json': recording(40, 'bio') })
  const { code, text } = await folder.check(...ARGS, '--usage', 'usage.json')
  expect(text).toMatch(/Recorded: web 1\.2, 7 requests/)
  expect(code).toBe(1)
})

test('the removal of a field passes if a recording of the whole window shows that it is unused', async () => {
  await using folder = await repository()
  await folder.write({ 'usage.json': recording(40, 'name') })
  const { code, text } = await folder.check(...ARGS, '--usage', 'usage.json')
  expect(text).toMatch(/last used: never; .*30 days/)
  expect(code).toBe(0)
})

test.for([
  ['there is no recording', []],
  ['the recording is shorter than the window', ['--usage', 'usage.json', '--window', '60']],
] as const)('the removal of a field does not pass if %s', async ([, args]) => {
  await using folder = await repository()
  await folder.write({ 'usage.json': recording(40, 'name') })
  const { code, text } = await folder.check(...ARGS, ...args)
  expect(text).toContain('npm run schema:usage -- export')
  expect(code).not.toBe(0)
})

test('faults of the operations, of the recording and of the lint options are in one run', async () => {
  await using folder = await repository()
  await folder.write({
    'c.yaml': `${configOf('users')}lint:\n  rules:\n    lint/naming: fatal\n`,
    'operations/broken.graphql': 'query Broken {\n  user {\n}\n',
    'usage.json': '{"version": 2}',
  })
  const { code, text } = await folder.check(...ARGS, '--usage', 'usage.json')
  const faults = text.split('\n').filter((line) => line.startsWith('✗'))
  expect(faults).toEqual([
    expect.stringMatching(/^✗ c\.yaml:8:18: lint\.rules\.lint\/naming: expected off, warn or error\.$/),
    expect.stringMatching(/^✗ operations\/broken\.graphql:3:1: /),
    expect.stringMatching(/^✗ usage\.json: /),
    expect.stringMatching(/^✗ usage\.json: /),
    expect.stringMatching(/^✗ usage\.json: /),
    expect.stringMatching(/^✗ usage\.json: /),
  ])
  expect(code).toBe(2)
})

test('an export of usage that does not exist, and a folder without operations', async () => {
  await using folder = await repository()
  const { code, text } = await folder.check('--config', 'c.yaml', '--operations', 'nope', '--usage', 'u.json')
  expect(text).toContain('✗ Cannot read u.json: there is no such file.')
  expect(text).toMatch(/^✗ nope.*no operation file/m)
  expect(code).toBe(2)
})

const EXCEPTION = 'changes:\n  exceptions:\n    - change: FIELD_REMOVED\n      coordinate: User.bio\n'

test('an exception in the config allows the removal of a field in use until its date, in every format', async () => {
  await using folder = await repository()
  await folder.write({
    'operations/bio.graphql': 'query Bio {\n  user {\n    bio\n  }\n}\n',
    'c.yaml': `${configOf('users')}${EXCEPTION}      until: 2999-12-31\n      reason: The old app is gone.\n`,
  })
  const report = await folder.report(...ARGS)
  expect(report.code).toBe(0)
  const usage = report.stages.find(({ stage }) => stage === 'usage')
  expect(usage?.summary).toContain('1 allowed by exceptions')
  expect(usage?.findings[0]?.evidence?.join('\n')).toContain('Bio (operations/bio.graphql:1')
  for (const format of ['human', 'github', 'markdown']) {
    const { code, text } = await folder.check(...ARGS, '--format', format)
    expect(text).toContain('1 allowed by exceptions')
    expect(text).toContain('An exception allows it until 2999-12-31: The old app is gone.')
    expect(code).toBe(0)
  }
  await folder.write({
    'c.yaml': `${configOf('users')}${EXCEPTION}      until: 2026-01-01\n      reason: R.\n`,
  })
  const expired = await folder.check(...ARGS)
  expect(expired.text).toContain('error changes/exception-expired')
  expect(expired.code).toBe(1)
})

test('faults of exceptions are listed with their places', async () => {
  await using folder = await repository()
  await folder.write({
    'c.yaml': `${configOf('users')}${EXCEPTION.replace('REMOVED', 'GONE')}      until: soon\n`,
  })
  const { code, text } = await folder.check(...ARGS)
  expect(text.split('\n').filter((line) => line.startsWith('✗'))).toEqual([
    expect.stringMatching(
      /^✗ c\.yaml:8:15: changes\.exceptions\.0\.change: expected the code of a breaking /,
    ),
    '✗ c.yaml:10:14: changes.exceptions.0.until: expected a date, YYYY-MM-DD.',
    '✗ c.yaml:8:7: changes.exceptions.0.reason: expected a text.',
  ])
  expect(code).toBe(2)
})
