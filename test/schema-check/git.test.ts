import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configOf, sdl, workspace } from './support/workspace.ts'

const query = (fields: string) => sdl(`type Query { ${fields} }`)
const summaryOf = ({ stages }: { stages: readonly { stage: string; summary: string }[] }) =>
  stages.find(({ stage }) => stage === 'changes')?.summary

test('a file of a subgraph may be a symbolic link, also in the base', async () => {
  await using folder = await workspace({
    'shared/users.graphql': query('a: Int b: Int'),
    's/c.yaml': configOf('users'),
  })
  await symlink('../shared/link.graphql', join(folder.path, 's/users.graphql'))
  await symlink('users.graphql', join(folder.path, 'shared/link.graphql'))
  await folder.commit()
  await folder.write({ 'shared/users.graphql': query('a: Int') })
  await folder.commit()
  const report = await folder.report('--config', 's/c.yaml')
  expect(summaryOf(report)).toBe('Changes: 1 breaking, 0 dangerous, 0 safe.')
})

test('a git hook sets GIT_DIR relative to its folder: the repository is that of the config', async () => {
  const env = { GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index' }
  await using folder = await workspace({ 's/c.yaml': configOf('users'), 's/users.graphql': query('a: Int') })
  await folder.commit()
  await folder.commit()
  await using hook = await workspace({}, env)
  const { code, text } = await hook.check('--config', join(folder.path, 's/c.yaml'))
  expect(text).toMatch(/Compared with [0-9a-f]{10}\./)
  expect(code).toBe(0)
})

test('a repository of another user is refused by git: the fault says so', async () => {
  await using folder = await workspace(
    { 'c.yaml': configOf('users'), 'users.graphql': query('a: Int') },
    { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' },
  )
  const { code, text } = await folder.check('--config', 'c.yaml')
  expect(text).toMatch(/or git is not installed \(git: not a git repository/)
  await using owner = await workspace()
  await owner.git('init', '-q', folder.path)
  expect((await folder.check('--config', 'c.yaml')).text).toMatch(
    /\(git: detected dubious ownership in repository/,
  )
  expect(code).toBe(2)
})

test('paths with spaces, quotes and letters of any script; a detached head; a base that is a file or a folder, too', async () => {
  const name = `it's "ö" 日本 & co`
  await using folder = await workspace({
    [`${name}/c.yaml`]: configOf('users'),
    [`${name}/users.graphql`]: query('a: Int b: Int'),
  })
  await folder.commit()
  await folder.git('checkout', '-q', '--detach')
  await folder.write({ [`${name}/users.graphql`]: query('a: Int'), 'main/x': '' })
  await folder.commit()
  for (const args of [[], ['--base', 'main'], ['--base', 'HEAD~1']]) {
    const report = await folder.report('--config', `${name}/c.yaml`, ...args)
    expect(summaryOf(report)).toBe('Changes: 1 breaking, 0 dangerous, 0 safe.')
    expect(report.stages[2]?.findings[0]?.place?.file).toBe(`${name}/users.graphql`)
  }
})

test('a byte order mark is no part of a file', async () => {
  const usage = { version: 1, from: '2020-01-01T00:00:00Z', to: new Date().toISOString(), operations: [] }
  await using folder = await workspace({
    'c.yaml': `\uFEFF${configOf('users')}`,
    'users.graphql': '\uFEFFtype Query { a: Int }',
    'usage.json': `\uFEFF${JSON.stringify(usage)}`,
    'operations/web.json': '\uFEFF{"1": "query A { a }"}',
    'operations/a.graphql': '\uFEFFquery B { a }',
  })
  await folder.commit()
  await folder.write({ 'users.graphql': '\uFEFFtype Query { b: Int }' })
  const report = await folder.report(
    '--config',
    'c.yaml',
    '--base',
    'HEAD',
    '--operations',
    'operations',
    '--usage',
    'usage.json',
  )
  expect(report.faults).toEqual([])
  expect(report.stages[3]?.findings[0]).toMatchObject({ place: { line: 1, column: 6 } })
  expect(report.stages[3]?.findings[0]?.evidence?.map((line) => line.slice(0, 28))).toEqual([
    'B (operations/a.graphql:1): ',
    'A (operations/web.json:1): C',
    expect.stringContaining('window'),
  ])
})
