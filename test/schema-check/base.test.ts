import { printSchema, introspectionFromSchema, buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { ownSubgraphs } from '../../schema/check/config/own-subgraphs.ts'
import { parseConfig } from '../../schema/check/config/parse-config.ts'
import { findBase, loadBase, type Base } from '../../schema/check/load/resolve-base.ts'
import { httpServer } from './support/graphql-server.ts'
import { configOf, sdl, workspace, type Workspace } from './support/workspace.ts'

const query = (fields: string) => sdl(`type Query { ${fields} }`)

/** A repository: `a` at first, `a b` on main, `a c` on the branch `change`, and `a d` in its working tree. */
async function repository(): Promise<Workspace> {
  const folder = await workspace({ 's/c.yaml': configOf('users'), 's/users.graphql': query('a: Int') })
  await folder.commit()
  await folder.git('branch', 'change')
  await folder.write({ 's/users.graphql': query('a: Int b: Int') })
  await folder.commit()
  await folder.git('checkout', '-q', 'change')
  await folder.write({ 's/users.graphql': query('a: Int c: Int') })
  await folder.commit()
  await folder.write({ 's/users.graphql': query('a: Int d: Int') })
  return folder
}

async function baseOf({ path }: Workspace, wanted?: string): Promise<Base> {
  const config = parseConfig(`${path}/s/c.yaml`, configOf('users'), {})
  if (!config.ok) throw new Error('The config is wrong.')
  const found = await findBase(wanted, config.value.folder)
  const base = found.ok ? await loadBase(found.value, config.value) : found
  if (!base.ok) throw new Error(base.faults.map(({ message }) => message).join('\n'))
  return base.value
}

const fieldsOf = ({ api }: Base) => Object.keys(api.getQueryType()?.getFields() ?? {}).join(' ')

test('on a branch, the base is the merge base with the main branch', async () => {
  await using folder = await repository()
  const base = await baseOf(folder)
  expect(fieldsOf(base)).toBe('a')
  const first = await folder.git('merge-base', 'HEAD', 'main')
  expect(base.label).toBe(first.slice(0, 10))
  const [definition] = base.subgraphs?.[0]?.typeDefs.definitions ?? []
  expect(definition?.loc?.source.name).toMatch(/^[0-9a-f]{10}:.*users\.graphql$/)
})

test('on the main branch, the base is the parent', async () => {
  await using folder = await repository()
  await folder.git('checkout', '-q', '-f', 'main')
  await folder.write({ 's/users.graphql': query('a: Int e: Int') })
  await folder.commit()
  expect(fieldsOf(await baseOf(folder))).toBe('a b')
})

test('a base that is named is a ref', async () => {
  await using folder = await repository()
  expect(fieldsOf(await baseOf(folder, 'main'))).toBe('a b')
  expect(fieldsOf(await baseOf(folder, 'HEAD'))).toBe('a c')
})

test('a subgraph that the base does not have is new', async () => {
  await using folder = await repository()
  await folder.write({ 's/c.yaml': configOf('users', 'posts'), 's/posts.graphql': query('p: Int') })
  const { code, base } = await folder.report('--config', 's/c.yaml')
  expect({ code, base }).toEqual({ code: 0, base: expect.stringMatching(/, which has no subgraph "posts"$/) })
})

test('a file outside of the repository has no earlier version: that is a fault', async () => {
  await using elsewhere = await workspace({ 'users.graphql': query('a: Int') })
  await using folder = await workspace()
  await folder.write({
    'c.yaml': configOf('users').replace('users.graphql', `${elsewhere.path}/users.graphql`),
  })
  await folder.commit()
  await folder.commit()
  const { code, text } = await folder.check('--config', 'c.yaml')
  expect(text).toContain(`${elsewhere.path}/users.graphql is not in the repository.`)
  expect(code).toBe(2)
})

test('rules of the base that are no longer known do not matter', async () => {
  await using folder = await workspace({ 'users.graphql': query('a: Int') })
  await folder.write({ 'c.yaml': `${configOf('users')}lint:\n  rules:\n    lint/former: warn\n` })
  await folder.commit()
  await folder.write({ 'c.yaml': configOf('users') })
  await folder.commit()
  expect((await folder.report('--config', 'c.yaml')).code).toBe(0)
})

test('a base may be a file or a URL: a supergraph, an API schema or an introspection', async () => {
  await using folder = await repository()
  const api = buildSchema('type Query { x: Int }')
  await folder.write({
    'api.graphql': printSchema(api),
    'api.json': JSON.stringify({ data: introspectionFromSchema(api) }),
  })
  expect(fieldsOf(await baseOf(folder, `${folder.path}/api.graphql`))).toBe('x')
  expect(fieldsOf(await baseOf(folder, `${folder.path}/api.json`))).toBe('x')
  const supergraph = await baseOf(
    folder,
    new URL('../../schema/supergraph.graphql', import.meta.url).pathname,
  )
  expect(fieldsOf(supergraph)).toContain('viewer')
  expect(supergraph.subgraphs?.map(({ name }) => name).toSorted()).toEqual(
    ownSubgraphs()
      .subgraphs.map(({ name }) => name)
      .toSorted(),
  )
  await using file = await httpServer((response) => response.end(printSchema(api)))
  expect(fieldsOf(await baseOf(folder, file.url))).toBe('x')
  await using server = await httpServer((response, body) => {
    if (body === '') response.writeHead(400).end('{"errors":[{"message":"GET needs a query."}]}')
    else response.end(JSON.stringify({ data: introspectionFromSchema(api) }))
  })
  expect(fieldsOf(await baseOf(folder, server.url))).toBe('x')
})

test('a shallow clone has no merge base: the fault says what to fetch', async () => {
  await using folder = await repository()
  await using clone = await workspace()
  await folder.git('checkout', '-q', '-f', 'main')
  await clone.git(
    'clone',
    '-q',
    '--depth=1',
    '--no-single-branch',
    '--branch=change',
    `file://${folder.path}`,
    '.',
  )
  await expect(baseOf(clone)).rejects.toThrow(
    'HEAD and origin/HEAD have no common ancestor; the clone is shallow, so fetch the whole history (fetch-depth: 0).',
  )
})

test('what keeps a base from being found is said', async () => {
  await using folder = await workspace({ 's/c.yaml': configOf('users'), 's/users.graphql': query('a: Int') })
  await expect(baseOf(folder)).rejects.toThrow('is not in a git repository with a commit')
  await folder.commit()
  await expect(baseOf(folder)).rejects.toThrow('HEAD is on main and has no parent')
  await folder.git('branch', '-m', 'trunk')
  await expect(baseOf(folder)).rejects.toThrow(
    'no branch "main" or "master". Name a ref, file or URL with --base.',
  )
  await expect(baseOf(folder, 'v1')).rejects.toThrow(
    '--base "v1": there is no such file and no such git ref.',
  )
  await using page = await httpServer((response) =>
    response.setHeader('content-type', 'text/html').end('<p>'),
  )
  await expect(baseOf(folder, page.url)).rejects.toThrow('responded with HTML (status 200)')
})
