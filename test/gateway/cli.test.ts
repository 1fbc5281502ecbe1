import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ask, compose } from './support/gateways.ts'
import { products } from './support/shop.ts'
import { FEDERATION, startSubgraph, type TestSubgraph } from './support/subgraph.ts'

const CLI = join(import.meta.dirname, '../../cli/gateway.ts')

let folder: string
let shop: TestSubgraph

beforeAll(async () => {
  shop = await startSubgraph(products)
  folder = await mkdtemp(join(tmpdir(), 'tessera-cli-'))
  const { url, definition } = shop
  await writeFile(
    join(folder, 'super.graphql'),
    compose([{ name: definition.name, url, sdl: FEDERATION + definition.sdl }]),
  )
  await writeFile(
    join(folder, 'config.json'),
    '{ "headers": { "insert": { "x-from": "cli" } }, "timeotMs": 1 }',
  )
})
afterAll(async () => {
  await shop[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

function start(...args: string[]) {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder })
  started.push(child)
  return child
}

test('serves a supergraph from any folder until it is stopped', async () => {
  const gateway = start('--supergraph', 'super.graphql', '--port', '0')
  const exit = once(gateway, 'exit')
  let url: string | undefined
  for await (const line of createInterface(gateway.stdout)) {
    url = /^Serving super\.graphql at (http:.*)\/graphql \(subgraphs: products\)$/.exec(line)?.[1]
    if (url) break
  }
  const { body } = await ask(url ?? '', '{ products { name } }')
  expect(body).toEqual({ data: { products: [{ name: 'Table' }, { name: 'Chair' }] } })
  gateway.kill('SIGTERM')
  expect(await exit).toEqual([0, null])
})

test('reloads the supergraph when its file changes', async () => {
  const file = join(folder, 'watched.graphql')
  const sdl = await readFile(join(folder, 'super.graphql'), 'utf8')
  await writeFile(file, sdl)
  const gateway = start('--supergraph', 'watched.graphql', '--port', '0', '--watch')
  const exit = once(gateway, 'exit')
  const lines = createInterface(gateway.stdout)[Symbol.asyncIterator]()
  const lineWith = async (part: string) => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done) throw new Error(`the gateway ended before it said ${part}`)
      if (value.includes(part)) return value
    }
  }
  const url = /at (http:.*)\/graphql/.exec(await lineWith('Serving'))?.[1] ?? ''
  await writeFile(file, 'type Query {')
  await lineWith('watched.graphql changed but cannot be loaded; the previous supergraph is still served')
  await writeFile(file, sdl.replaceAll('boom: String', 'bang: String'))
  await lineWith('watched.graphql changed and was loaded')
  expect((await ask(url, '{ __type(name: "Query") { fields { name } } }')).body.data).toMatchObject({
    __type: { fields: expect.arrayContaining([{ name: 'bang' }]) as unknown },
  })
  gateway.kill('SIGTERM')
  expect(await exit).toEqual([0, null])
})

test.each([
  [['--port', '0'], '--supergraph is missing. See: npm run gateway -- --help'],
  [['--supergraph', 'nowhere.graphql', '--port', '0'], 'nowhere.graphql cannot be read: ENOENT'],
  [['--supergraph', 'super.graphql', '--port', 'x'], '--port x is not a port'],
  [
    ['--supergraph', 'super.graphql', '--port', '0', '--host', '192.0.2.1'],
    'Cannot listen on --host 192.0.2.1 (EADDRNOTAVAIL). Use an address of this machine: --host 127.0.0.1.\n',
  ],
  [['--supergraph', 'super.graphql', '--prot', '1'], "Unknown option '--prot'"],
  [
    ['--supergraph', 'super.graphql', '--config', 'config.json'],
    'config.json: (top): Unrecognized key: "timeotMs"',
  ],
])('%s is reported in one clear line', async (args, message) => {
  const gateway = start(...args)
  const [stderr, [code]] = await Promise.all([text(gateway.stderr), once(gateway, 'exit')])
  expect(stderr).toMatch(new RegExp(`^${RegExp.escape(message)}`))
  expect(stderr).not.toContain('    at ')
  expect(code).toBe(1)
})
