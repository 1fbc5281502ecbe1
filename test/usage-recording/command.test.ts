import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildSchema, parse, type OperationDefinitionNode } from 'graphql'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { root } from '../../platform/root.ts'
import { readUsageExport } from '../../schema/check/usage/usage-export.ts'
import { ownRedis, type OwnRedis } from '../change-log-owner/support/own-redis.ts'
import { openRecording, usageIn } from './support/usage.ts'

let redis: OwnRedis

beforeAll(async () => {
  redis = await ownRedis()
  await redis.process.start()
})
afterAll(() => redis[Symbol.asyncDispose]())

async function usage(args: readonly string[], REDIS_URL = redis.url) {
  const child = spawn(process.execPath, [join(root, 'cli/schema-usage.ts'), ...args], {
    env: { ...inheritedEnv(), REDIS_URL, DATA_DIR: '/nonexistent' },
  })
  const [output, errors] = [text(child.stdout), text(child.stderr)]
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output: (await output) + (await errors) }
}

test('it prints the recording for people, and as JSON that the check reads', async () => {
  expect(await usage(['export'])).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^No gateway recorded anything from \S+ to \S+ in this Redis\. /) as string,
  })
  const document = parse('query Rare { a }')
  {
    await using recording = openRecording(redis)
    const operation = document.definitions[0] as OperationDefinitionNode
    recording.recorder.record(
      buildSchema('type Query { a: Int }'),
      { document, operation, variables: {} },
      { 'apollographql-client-name': 'ios', 'apollographql-client-version': '1.2' },
    )
  }
  const shown = await usage(['export'])
  expect(shown.code).toBe(0)
  expect(shown.output).toMatch(
    /^The recording covers \S+ to \S+\.\n1 operation, 1 request\.\n\nRare {2}\S{22} {2}1 request\n {2}ios 1\.2: 1 request, the last \S+\n$/,
  )
  const json = await usage(['export', '--json'])
  expect(readUsageExport(json.output, 'usage.json')).toEqual(await usageIn(redis))
})

test.each([
  [['import'], 'The command "import": expected one of export.'],
  [['export', '--from', '2026-02-30'], '--from "2026-02-30": expected a day such as 2026-11-30.'],
  [
    ['export', '--from', '2026-03-02', '--to', '2026-03-01'],
    '--from 2026-03-02 is later than --to 2026-03-01.',
  ],
])('%j is refused with one line', async (args, line) => {
  expect(await usage(args)).toMatchObject({ code: 1, output: `${line}\n` })
})

test('without Redis it says what to do', async () => {
  expect(await usage(['export'], '')).toMatchObject({
    code: 1,
    output:
      'REDIS_URL is not set, and `npm start` runs no Redis for DATA_DIR=/nonexistent. Set REDIS_URL to the Redis of the gateways.\n',
  })
  const refused = await usage(['export'], 'redis://127.0.0.1:1')
  expect(refused).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^Redis cannot be reached: .*\n$/) as string,
  })
})
