import { expect, test } from 'vitest'
import { DEFAULT_QUERY } from '../../gateway/http/default-query.ts'
import { run } from '../processes/run.ts'
import { banner, curlCommand, type BannerFacts } from './banner.ts'

const gatewayUrl = 'http://127.0.0.1:4000/graphql'
const facts: BannerFacts = {
  gatewayUrl,
  demo: { handle: 'alice', password: 'secret words', token: 'a.b.c' },
  tokenTtlS: 28_800,
  production: false,
  dataFolders: ['/home/me/.data'],
  tookMs: 4321,
}

test('a shell does not change the command', async () => {
  const command = curlCommand(gatewayUrl, DEFAULT_QUERY, { handle: "d'alice" }, 'Bearer a.b.c')
  const { output } = await run('/bin/sh', ['-c', `set -- ${command}; printf '%s\n%s' "$7" "$9"`])
  const [header, body = ''] = output.split('\n')
  expect(header).toBe('authorization: Bearer a.b.c')
  expect(JSON.parse(body)).toEqual({
    query: DEFAULT_QUERY.replaceAll(/\s+/g, ' '),
    variables: { handle: "d'alice" },
  })
})

test('shows the addresses, the demo user and how to start over', () => {
  const text = banner(facts)
  for (const part of [
    'after 4.3 s',
    gatewayUrl,
    'alice, password secret words',
    'authorization: Bearer a.b.c',
    '\n{"authorization":"Bearer a.b.c"}\n',
    'valid for 8 h',
    '/home/me/.data; to start over: Ctrl-C, then rm -rf /home/me/.data\n',
  ]) {
    expect(text).toContain(part)
  }
  expect(/http\S+/.exec(text)?.[0]).toBe('http://127.0.0.1:4000/graphiql')
})

test('names every folder to remove, quoted if necessary', () => {
  const text = banner({ ...facts, dataFolders: ['/my data', '/var/tmp/tessera-data-1'] })
  expect(text).toContain("/var/tmp/tessera-data-1; to start over: Ctrl-C, then rm -rf '/my data' /var/tmp/")
  expect(banner({ ...facts, dataFolders: null })).toContain('in the databases of DATABASE_URL_*')
  expect(banner({ ...facts, dataFolders: null })).not.toContain('rm -rf')
})

test('shows no pages in production, and no demo user if there is none', () => {
  const text = banner({ ...facts, demo: null, production: true })
  expect(text).not.toMatch(/Sandbox|GraphiQL|Demo|curl/)
})
