import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { print } from 'graphql'
import { readTrustedOperations } from './trusted-operations.ts'

async function readFiles(files: Readonly<Record<string, string>>, path = 'operations') {
  const base = await mkdtemp(join(tmpdir(), 'tessera-operations-'))
  try {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(base, file)), { recursive: true })
      await writeFile(join(base, file), text)
    }
    return await readTrustedOperations(path, base)
  } finally {
    await rm(base, { recursive: true })
  }
}

test('reads several operations of a file, with fragments of other files and their owners', async () => {
  const { operations, faults } = await readFiles({
    'operations/a.graphql': `# @owner web
query A { viewer { ...Row } }
# @owner mobile
# second comment
query B { a }
query C { a }`,
    'operations/deep/rows.gql': 'fragment Row on Viewer { id ...More }\nfragment More on Viewer { name }',
    'operations/unowned.graphql': '\nquery D { a }',
  })
  expect(faults).toEqual([])
  expect(operations.map(({ name, file, line, owner }) => ({ name, file, line, owner }))).toEqual([
    { name: 'A', file: 'operations/a.graphql', line: 2, owner: 'web' },
    { name: 'B', file: 'operations/a.graphql', line: 5, owner: 'mobile' },
    { name: 'C', file: 'operations/a.graphql', line: 6, owner: 'mobile' },
    { name: 'D', file: 'operations/unowned.graphql', line: 2, owner: null },
  ])
  expect(operations.map(({ document }) => document.definitions.length)).toEqual([3, 1, 1, 1])
})

test('reports all faults of all files, each with its place in one line', async () => {
  const { faults } = await readFiles({
    'operations/a.graphql': 'query A { a ',
    'operations/b.graphql': '{ a }',
    'operations/c.graphql': 'query C { a ...Gone }\nfragment F on T { a }\ntype T { a: Int }',
    'operations/d.graphql': '\n query C { b }\nfragment F on T { b }',
    'operations/e.json': '{',
    'operations/f.json': '{"format": "other"}',
    'operations/g.json': '{\n  "id1": "query G {"\n}',
    'operations/h.json': '{"operations": 5}',
  })
  expect(faults.map((line) => line.split(' ')[0])).toEqual([
    'operations/a.graphql:1:13:',
    'operations/c.graphql:3:1:',
    'operations/e.json:1:1:',
    'operations/f.json:1:2:',
    'operations/g.json:2:11:',
    'operations/h.json:1:1:',
    'operations/d.graphql:3:1:',
    'operations/b.graphql:1:1:',
    'operations/d.graphql:2:2:',
    'operations/c.graphql:1:13:',
  ])
  for (const fault of faults) expect(fault).not.toContain('\n')
})

test('a folder without operations, or that does not exist, is a fault', async () => {
  expect((await readFiles({})).faults).toEqual([
    'operations:1:1: There is no operation file (*.graphql, or a manifest *.json) in this folder.',
  ])
  expect((await readFiles({}, 'one.graphql')).faults).toEqual([
    expect.stringMatching(/^one\.graphql:1:1: ENOENT/),
  ])
})

test.for([
  [
    'of Apollo',
    {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [1, 2].map((n) => ({
        id: `id${n}`,
        name: `Q${n}`,
        type: 'query',
        body: `query Q${n} { a { ...F } } fragment F on T { id }`,
      })),
    },
  ],
  [
    'of Relay',
    {
      id1: 'query Q1 {\n  a { ...F }\n}\nfragment F on T { id }',
      id2: 'query Q2 { a { ...F } }\nfragment F on T { id }',
    },
  ],
] as const)('reads a manifest %s; the generated manifest of the folder is not read', async ([, manifest]) => {
  const { operations, faults } = await readFiles({
    'operations/web.json': JSON.stringify(manifest, null, 2),
    'operations/manifest.json': '{}',
  })
  expect(faults).toEqual([])
  expect(operations.map(({ name }) => name)).toEqual(['Q1', 'Q2'])
  for (const { document } of operations) expect(print(document)).toContain('fragment F on T')
})

test('a folder with the generated manifest alone says why it is not read', async () => {
  const { faults } = await readFiles({ 'operations/manifest.json': '{}' })
  expect(faults).toEqual([
    expect.stringMatching(/^operations:1:1: There is no operation file .* Its manifest\.json is not read, /),
  ])
})

test('manifests of several clients may use one name for operations and fragments; equal operations are one', async () => {
  const entry = (fields: string) => `query Q { a { ...F } }\n# A comment.\nfragment F on T { ${fields} }`
  const { operations, faults } = await readFiles({
    'operations/q.graphql': '# @owner web\nquery Q { a { ...F } }\nfragment F on T { id }',
    'operations/ios.json': JSON.stringify({ i1: entry('id'), i2: entry('id name') }),
    'operations/web.json': JSON.stringify({ w1: entry('id name'), w2: entry('name') }),
  })
  expect(faults).toEqual([])
  expect(operations.map(({ name, file, owner }) => [name, file, owner])).toEqual([
    ['Q', 'operations/q.graphql', 'web'],
    ['Q', 'operations/ios.json', null],
    ['Q', 'operations/web.json', null],
  ])
  expect(operations.map(({ document }) => document.definitions.length)).toEqual([2, 2, 2])
})
