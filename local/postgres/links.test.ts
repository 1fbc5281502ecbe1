import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLinks } from './links.ts'

test('creates missing links, even when two processes do so at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-links-'))
  try {
    await mkdir(join(folder, 'native/lib'), { recursive: true })
    await writeFile(join(folder, 'native/lib/libpq.so.5.18'), 'library')
    const list = ['native/lib/libpq.so', 'native/lib/libpq.so.5', 'no/such/folder/libpq.so']
    const links = list.map((target) => ({ source: 'native/lib/libpq.so.5.18', target }))
    await writeFile(join(folder, 'native/pg-symlinks.json'), JSON.stringify(links))
    await Promise.all([createLinks(folder), createLinks(folder)])
    expect(await readFile(join(folder, 'native/lib/libpq.so'), 'utf8')).toBe('library')
    expect(await readFile(join(folder, 'native/lib/libpq.so.5'), 'utf8')).toBe('library')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a package without a list of links needs none', async () => {
  await expect(createLinks(join(tmpdir(), 'no-such-package'))).resolves.toBeUndefined()
})
