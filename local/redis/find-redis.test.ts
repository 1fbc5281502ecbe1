import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'
import { findRedis } from './find-redis.ts'

test('redis-server is preferred to valkey-server, and only executable files are found', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-redis-'))
  try {
    const [a, b] = [join(folder, 'a'), join(folder, 'b')]
    await Promise.all([mkdir(a), mkdir(b)])
    const path = [a, '', b].join(delimiter)
    expect(await findRedis(path)).toBeNull()
    await writeFile(join(a, 'valkey-server'), '#!/bin/sh\n', { mode: 0o755 })
    expect(await findRedis(path)).toBe(join(a, 'valkey-server'))
    await writeFile(join(b, 'redis-server'), '#!/bin/sh\n', { mode: 0o644 })
    expect(await findRedis(path)).toBe(join(a, 'valkey-server'))
    await chmod(join(b, 'redis-server'), 0o755)
    expect(await findRedis(path)).toBe(join(b, 'redis-server'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
