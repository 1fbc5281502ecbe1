import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { run, type Finished } from '../../../local/processes/run.ts'
import { getRedis } from './get-redis.ts'

let folder = ''
let cache = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-redis-'))
  cache = join(folder, 'cache/redis')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a Redis on the PATH is used, and nothing is run', async () => {
  await writeFile(join(folder, 'valkey-server'), '#!/bin/sh\n', { mode: 0o755 })
  const { got, commands } = await get({})
  expect(got).toEqual({ kind: 'found', path: folder })
  expect(commands).toEqual([])
})

test('a downloaded Redis finds its libraries and is not downloaded again', async () => {
  const first = await get({})
  expect(first.got).toEqual({ kind: 'found', path: `${folder}${delimiter}${cache}` })
  expect(first.commands).toEqual(['install', 'dpkg', 'dpkg', '--version'])
  const { output } = await run(join(cache, 'redis-server'), ['--version'])
  expect(output).toBe(`--version ${join(cache, 'usr/lib/some-linux-gnu')}`)
  expect((await get({})).commands).toEqual(['--version'])
  expect(await readdir(join(folder, 'cache'))).toEqual(['redis'])
})

test('missing or stale package lists are replaced by separate ones', async () => {
  const { got, commands } = await get({ lists: 'stale' })
  expect(got.kind).toBe('found')
  expect(commands.slice(0, 4)).toEqual(['install', 'update', 'install', 'dpkg'])
})

test('a downloaded Redis that no longer runs is downloaded again', async () => {
  await mkdir(cache, { recursive: true })
  await writeFile(join(cache, 'redis-server'), '#!/bin/sh\nexit 127\n', { mode: 0o755 })
  expect((await get({})).got.kind).toBe('found')
  expect((await run(join(cache, 'redis-server'), ['--version'])).code).toBe(0)
})

test('two concurrent downloads both succeed', async () => {
  const both = await Promise.all([get({}), get({})])
  expect(both.map(({ got }) => got.kind)).toEqual(['found', 'found'])
  expect(await readdir(join(folder, 'cache'))).toEqual(['redis'])
})

test('a failed download is reported in one line with the reason and remedy, and leaves nothing', async () => {
  const { got } = await get({ lists: 'none' })
  expect(got).toEqual({
    kind: 'none',
    reason:
      'No Redis: none on the PATH, and none could be got ' +
      '(apt-get: E: Some index files failed to download.; E: Unable to locate package redis-server). ' +
      'Set REDIS_URL, or install one: apt-get install redis-server.',
  })
  expect(await readdir(join(folder, 'cache'))).toEqual([])
})

test('a machine without apt, and a program that does not run, are reported', async () => {
  expect((await get({ lists: 'absent' })).got).toMatchObject({ reason: expect.stringContaining('ENOENT') })
  const broken = await get({ program: '#!/bin/sh\necho first; echo libfoo.so.1: missing; exit 127\n' })
  expect(broken.got).toMatchObject({
    reason: expect.stringContaining('(redis-server: libfoo.so.1: missing)'),
  })
  await expect(access(cache)).rejects.toThrow('ENOENT')
})

test('a folder that is not writable is reported', async () => {
  await writeFile(join(folder, 'cache'), '')
  expect((await get({})).got).toMatchObject({
    reason: expect.stringMatching(/^No Redis: .*cache.*REDIS_URL/),
  })
})

type Machine = {
  /**
   * State of the package lists. `stale`: the machine's lists lack the package, new lists have it. `absent`: there is no
   * apt.
   */
  lists?: 'good' | 'stale' | 'none' | 'absent'
  /** Content of `redis-server` in the package. */
  program?: string
}

const PROGRAM = '#!/bin/sh\necho "$1 $LD_LIBRARY_PATH"\n'

/** Runs `getRedis` on a machine with simulated apt and dpkg. The resulting program is really executed. */
async function get({ lists = 'good', program = PROGRAM }: Machine) {
  const commands: string[] = []
  const fail = (output: string): Finished => ({ code: 100, output })
  const got = await getRedis({
    path: folder,
    cache,
    log: () => {},
    run: async (file, args, options) => {
      commands.push(file === 'dpkg' ? 'dpkg' : String(args[0]))
      const option = (name: string) => args.find((arg) => arg.startsWith(`${name}=`))?.split('=')[1] ?? ''
      if (file === 'dpkg') return unpack(String(args[1]), String(args[2]), program)
      if (file !== 'apt-get') return run(file, args, options)
      if (lists === 'absent') return { code: null, output: 'spawn apt-get ENOENT' }
      const known = lists === 'good' || (lists === 'stale' && option('Dir::State::lists'))
      // An update fails if one of several archives is unreachable. That may not matter.
      if (args.includes('update')) return fail('E: Some index files failed to download.')
      if (!known) return fail('Reading...\nE: Unable to locate package redis-server')
      const archives = option('Dir::Cache::archives')
      for (const name of ['liblzf1', 'redis-server']) await writeFile(join(archives, `${name}_1.deb`), name)
      return { code: 0, output: '' }
    },
  })
  return { got, commands }
}

async function unpack(deb: string, target: string, program: string): Promise<Finished> {
  const [name, file, text] = deb.endsWith('redis-server_1.deb')
    ? ['usr/bin', 'redis-server', program]
    : ['usr/lib/some-linux-gnu', 'liblzf.so.1', '']
  await mkdir(join(target, name), { recursive: true })
  await writeFile(join(target, name, file), text, { mode: 0o755 })
  return { code: 0, output: '' }
}
