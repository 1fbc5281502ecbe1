import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { root } from '../../platform/root.ts'
import { brokenReferences, slugOf, type Repository } from './doc-references.ts'

/** Installed or generated files, which are not in a clone. */
const LEFT_OUT = /(^|\/)(node_modules|\.git|\.data|\.cache|generated|coverage)(\/|$)/

async function readRepository(): Promise<Repository> {
  const files: string[] = []
  const found = glob(['**/*', '.*', '.*/**'], {
    cwd: root,
    withFileTypes: true,
    exclude: ({ parentPath, name }) => LEFT_OUT.test(join(parentPath, name).slice(root.length)),
  })
  for await (const entry of found) {
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name).slice(root.length + 1))
  }
  const pages = new Map<string, string>()
  for (const file of files.filter((path) => path.endsWith('.md'))) {
    pages.set(file, await readFile(join(root, file), 'utf8'))
  }
  const Package = z.object({ scripts: z.record(z.string(), z.string()) })
  const { scripts } = Package.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')))
  return { files, pages, scripts: new Set(Object.keys(scripts)) }
}

test('every file, heading and script that a page refers to exists', async () => {
  const repository = await readRepository()
  expect(repository.pages.size).toBeGreaterThan(20)
  const broken = [...repository.pages.keys()].flatMap((page) => brokenReferences(page, repository))
  expect(broken).toEqual([])
})

describe('the check of the pages reports', () => {
  const check = (text: string) =>
    brokenReferences('docs/page.md', {
      files: ['docs/page.md', 'docs/other.md', 'gateway/http/errors.ts', 'prisma/users/schema.prisma'],
      pages: new Map([
        ['docs/page.md', text],
        ['docs/other.md', '# What is `here`, exactly?'],
      ]),
      scripts: new Set(['check']),
    })

  test.for([
    ['a link to no file', 'See [this](gone.md).', 'the link gone.md leads nowhere'],
    ['a link to no heading', '[this](other.md#there)', 'the link other.md#there names no heading'],
    ['a link to no heading of its own', '[this](#there)', 'the link #there names no heading'],
    ['a path', 'In `gateway/http/gone.ts`.', 'no file gateway/http/gone.ts'],
    ['a folder', 'In `gateway/gone/`.', 'no file gateway/gone/'],
    ['a file without its folder', 'In `gone.ts`.', 'no file gone.ts'],
    ['a pattern', '`prisma/<service>/gone.prisma`', 'no file prisma/<service>/gone.prisma'],
    ['a path in a diagram', '```mermaid\nA->>B: gateway/gone.ts\n```', 'no file gateway/gone.ts'],
    ['a script', '`npm run gone -- --now`', 'no script gone'],
    ['a script in a code block', '```sh\nnpm run gone\n```', 'no script gone'],
  ])('%s that does not exist', ([, text = '', fault]) => {
    expect(check(text)).toEqual([expect.stringMatching(/^docs\/page\.md:\d+: /)])
    expect(check(text)[0]).toContain(fault)
  })

  test.for([
    'See [this](other.md), [a heading](other.md#what-is-here-exactly), [a folder](../gateway/http/), [a site](https://a.example/b.md).',
    'In `gateway/http/errors.ts`, `http/errors.ts`, `errors.ts`, `gateway/http`, `gateway/{http,gone}/errors.ts`, `prisma/<service>/*.prisma`.',
    'A type is `application/json`, a field `posts/User`, a command `npm run check -- --without unit`, a call `a.ts()`.',
    '```ts\nimport { a } from "./gone.ts"\n```',
  ])('no error for names that exist or are not file names: %s', (text) => {
    expect(check(text)).toEqual([])
  })
})

test('anchors are generated as on GitHub', () => {
  expect(slugOf('… keys are parked')).toBe('-keys-are-parked')
  expect(slugOf("Apollo's `engine`: 2 parts")).toBe('apollos-engine-2-parts')
})

test('each decision record has a status, and the index shows the same', async () => {
  const { pages } = await readRepository()
  const records = [...pages].filter(([path]) => /^docs\/adr\/\d{4}-/.test(path))
  const index = pages.get('docs/adr/README.md')?.split('\n') ?? []
  const wrong = records.filter(([path, text]) => {
    const status = /^Status: (accepted|superseded|proposed)\b/m.exec(text)?.[1]
    const row = index.find((line) => line.includes(`](${path.slice('docs/adr/'.length)})`))
    return status === undefined || !row?.split('|')[3]?.includes(status)
  })
  expect(records.length).toBeGreaterThan(10)
  expect(wrong.map(([path]) => path)).toEqual([])
})
