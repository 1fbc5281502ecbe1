import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { root } from '../../platform/root.ts'
import { inheritedEnv } from '../../platform/config/read-config.ts'

const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}
/** Scripts that run a program of ours, with the arguments of Node. */
const programs = Object.entries(scripts).flatMap(([name, script]) => {
  const [, args] = /^(?:exec )?node ((?:--\S+ )*(?:cli|bench|test)\/.*)$/.exec(script) ?? []
  return args === undefined ? [] : [[name, args.split(' ')] as const]
})

/** A folder that cannot be created: a program that does anything with its data fails. */
const env = { ...inheritedEnv(), DATA_DIR: '/proc/none', REDIS_URL: undefined }

async function run(args: readonly string[]) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { code, out, err }
}

test('the npm scripts are found', () => {
  expect(programs.map(([name]) => name)).toEqual(
    expect.arrayContaining(['start', 'gateway', 'seed', 'log', 'chaos', 'test:plain', 'bench:client']),
  )
})

describe.each(programs)('npm run %s', (name, args) => {
  test('--help shows its description, options and examples, and does nothing else', async () => {
    const { code, out, err } = await run([...args, '--help'])
    expect([code, err]).toEqual([0, ''])
    const call = name === 'start' ? 'npm start' : `npm run ${name}`
    expect(out).toMatch(/^[A-Z].*\n/)
    expect(out).toContain(`\nUsage: ${call}`)
    expect(out).toMatch(/^ {2}.*-h, --help +show this help/m)
    expect(out).toMatch(new RegExp(`^Examples:\n {2}${call}`, 'm'))
  })
})

// The rest of the command line of test:* goes to vitest, which refuses unknown options itself.
const own = programs.filter(([name]) => !name.startsWith('test:'))
test.each(own)('npm run %s rejects an unknown option in one line', async (name, args) => {
  const { code, out, err } = await run([...args, '--no-such-option'])
  // 1 of schema:check says that the schema failed.
  expect([code, out]).toEqual([name === 'schema:check' ? 2 : 1, ''])
  expect(err).toMatch(/^.*--no-such-option.*See: npm .*--help\n$/)
})
