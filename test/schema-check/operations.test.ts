import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { root } from '../../platform/root.ts'
import { workspace, type Workspace } from './support/workspace.ts'

const API = 'type Query {\n  name: String\n  bio: String @deprecated(reason: "Use `name`.")\n}'

function operations({ path }: Workspace, ...args: string[]): Promise<{ code: number; text: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; text: string }>()
  const all = [
    join(root, 'cli/schema-operations.ts'),
    '--schema',
    'api.graphql',
    '--operations',
    'ops',
    ...args,
  ]
  execFile(process.execPath, all, { cwd: path, env: inheritedEnv() }, (error, stdout, stderr) =>
    resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
  )
  return promise
}

test('writes the manifest, which --check then compares, and reports what is deprecated with its owner', async () => {
  await using folder = await workspace({
    'api.graphql': API,
    'ops/a.graphql': '# @owner web\nquery A { bio ...Names }',
    'ops/b.graphql': 'fragment Names on Query { name }',
  })
  expect(await operations(folder, '--check')).toEqual({
    code: 1,
    text: expect.stringContaining('ops/manifest.json is not up to date.'),
  })
  const { code, text } = await operations(folder)
  expect(text).toContain(
    'Deprecated: ops/a.graphql:2:11: The field Query.bio is deprecated. Use `name`. Operation: A. Owner: web.',
  )
  expect(code).toBe(0)
  const manifest = JSON.parse(await readFile(join(folder.path, 'ops/manifest.json'), 'utf8')) as unknown
  expect(manifest).toMatchObject({
    operations: [{ name: 'A', body: expect.stringContaining('fragment Names') }],
  })
  expect((await operations(folder, '--check')).code).toBe(0)
})

test('all faults are in one run, one line each, and no manifest is written', async () => {
  await using folder = await workspace({
    'api.graphql': API,
    'ops/a.graphql': 'query A { gone }',
    'ops/b.graphql': 'query B {',
  })
  const { code, text } = await operations(folder)
  expect(code).toBe(1)
  expect(text.trimEnd().split('\n')).toEqual([
    'ops/b.graphql:1:10: Syntax Error: Expected Name, found <EOF>.',
    'ops/a.graphql:1:11: Cannot query field "gone" on type "Query". Operation: A. Owner: none.',
    'No manifest was written.',
  ])
  await expect(readFile(join(folder.path, 'ops/manifest.json'))).rejects.toThrow('ENOENT')
})
