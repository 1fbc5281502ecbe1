import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keepSecrets } from './secrets.ts'

test('secrets are created once and readable by their owner only, and a new database gets its password later', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-secrets-'))
  try {
    const made = await keepSecrets(folder, randomBytes)
    expect(new Set(Object.values(made)).size).toBe(Object.keys(made).length)
    expect(await keepSecrets(folder, randomBytes)).toEqual(made)
    const file = join(folder, 'secrets.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const { posts, ...others } = made
    await writeFile(file, JSON.stringify(others))
    const completed = await keepSecrets(folder, randomBytes)
    expect(completed).toEqual({ ...made, posts: expect.stringMatching(/^.{43}$/) as string })
    expect(completed.posts).not.toBe(posts)
    expect(await keepSecrets(folder, randomBytes)).toEqual(completed)
    await writeFile(file, JSON.stringify({ ...made, internal: 'short' }))
    await expect(keepSecrets(folder, randomBytes)).rejects.toThrow(/secrets\.json cannot be read: .*internal/)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
