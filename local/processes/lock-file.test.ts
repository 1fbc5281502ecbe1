import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { processIdentity } from './identity.ts'
import { takeLock } from './lock-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('the lock has one holder at a time, can be taken again after its release, and leaves no file', async () => {
  const path = join(folder, 'lock')
  const first = await takeLock(path)
  expect(await takeLock(path)).toEqual({ held: false, holder: process.pid })
  if (!first.held) throw new Error('not held')
  await first.lock[Symbol.asyncDispose]()
  const second = await takeLock(path)
  expect(second.held).toBe(true)
  if (second.held) await second.lock[Symbol.asyncDispose]()
  expect(await readdir(folder)).toEqual([])
})

test.each([
  ['whose process is gone', '4194303 boot:1\n'],
  ['whose pid another process has got', `${process.pid} an-earlier-boot:1\n`],
  ['that is empty', ''],
  ['that is no lock at all', 'hello\n'],
])('a lock %s is taken over', async (_, text) => {
  await writeFile(join(folder, 'lock'), text)
  expect((await takeLock(join(folder, 'lock'))).held).toBe(true)
  expect(await readdir(folder)).toEqual(['lock'])
})

test('a running process keeps its identity, and an ended one has none', async () => {
  expect(await processIdentity(process.pid)).toBe(await processIdentity(process.pid))
  expect(await processIdentity(process.ppid)).not.toBe(await processIdentity(process.pid))
  expect(await processIdentity(4_194_303)).toBeNull()
})
