import { expect, test } from 'vitest'
import { httpServer } from './support/graphql-server.ts'
import { sdl, workspace } from './support/workspace.ts'

const introspecting = (url: string, more = '') =>
  `subgraphs:\n  users:\n    schema:\n      subgraph_url: ${url}\n${more}`
const faultsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('✗'))

test('a user and a password in a URL are sent as a header, and never printed', async () => {
  let authorization: unknown
  await using server = await httpServer((response, _, headers) => {
    authorization = headers['authorization']
    response.end(JSON.stringify({ data: { _service: { sdl: sdl('type Query { a: Int }') } } }))
  })
  const url = server.url.replace('//', '//alice:s3cr%40t@')
  await using folder = await workspace({
    'c.yaml': introspecting(url),
    'api.graphql': 'type Query { a: Int }',
  })
  const { code, text } = await folder.check('--config', 'c.yaml', '--base', 'api.graphql')
  expect(authorization).toBe(`Basic ${Buffer.from('alice:s3cr@t').toString('base64')}`)
  expect(code).toBe(0)
  await folder.commit()
  await folder.commit()
  const noBase = await folder.check('--config', 'c.yaml')
  expect(noBase.text).toContain('so git has no earlier version of it')
  expect(text + noBase.text).not.toContain('s3cr')
})

test('the value of a header that HTTP does not allow is not printed', async () => {
  const headers = '      introspection_headers:\n        Authorization: "Bearer s3cret\\nx"\n'
  await using folder = await workspace({ 'c.yaml': introspecting('http://127.0.0.1:9/', headers) })
  const { code, text } = await folder.check('--config', 'c.yaml', '--base', 'v1')
  expect(faultsOf(text)[0]).toBe(
    '✗ Subgraph "users": The header "Authorization" for http://127.0.0.1:9/ has a name or a value that HTTP does not allow.',
  )
  expect(text).not.toContain('s3cret')
  expect(code).toBe(2)
})

test.for([
  ['half a response', (url: string) => `${url} did not respond: `],
  [
    'JSON that is not GraphQL',
    (url: string) => `${url} responded with "[1]" (status 200), not with GraphQL.`,
  ],
  ['an error of the server', (url: string) => `${url} responded with HTML (status 500), not with GraphQL.`],
  ['no SDL', (url: string) => `${url} has no SDL in \`_service { sdl }\`. Is it a federation subgraph?`],
] as const)('%s is one clear line', async ([kind, expected]) => {
  await using server = await httpServer((response) => {
    if (kind === 'half a response') {
      response.writeHead(200, { 'content-length': '1000' }).write('{"data":')
      response.destroy()
    } else if (kind === 'no SDL') response.end('{"data":{"_service":null}}')
    else if (kind === 'an error of the server')
      response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Sorry')
    else response.end('[1]')
  })
  await using folder = await workspace({
    'c.yaml': introspecting(server.url),
    'api.graphql': 'type Query { a: Int }',
  })
  const { code, text } = await folder.check('--config', 'c.yaml', '--base', 'api.graphql')
  expect(faultsOf(text)).toEqual([expect.stringContaining(`Subgraph "users": ${expected(server.url)}`)])
  expect(text).not.toContain('    at ')
  expect(code).toBe(2)
})
