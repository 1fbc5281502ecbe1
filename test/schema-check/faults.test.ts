import { expect, test } from 'vitest'
import { loadSubgraphs } from '../../schema/check/load/load-subgraphs.ts'
import { httpServer } from './support/graphql-server.ts'
import { configOf, sdl, workspace } from './support/workspace.ts'

test('all faults of the input are in one run, one line each, with exit code 2', async () => {
  await using html = await httpServer((response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><p>Hello'),
  )
  await using text = await httpServer((response) => response.end('hello'))
  await using closed = await httpServer((response) => response.destroy())
  await using refusing = await httpServer((response) =>
    response.end('{"errors":[{"message":"Cannot query field \\"_service\\"."}]}'),
  )
  const introspected = { html, text, closed, refusing }
  const entries = Object.entries(introspected).map(
    ([name, { url }]) => `  ${name}:\n    schema:\n      subgraph_url: ${url}\n`,
  )
  await using folder = await workspace({
    'supergraph.yaml': `${configOf('users', 'posts', 'missing')}${entries.join('')}`,
    'users.graphql': sdl('type Query {\n  user: User\n'),
    'posts.graphql': sdl('type Query {\n  post(: Int\n}'),
  })
  const { code, text: printed } = await folder.check('--config', 'supergraph.yaml', '--base', 'v1')
  const faults = printed.split('\n').filter((line) => line.startsWith('✗'))
  expect(faults).toEqual([
    '✗ users.graphql:5:1: Subgraph "users": This is not valid GraphQL: Expected Name, found <EOF>.',
    '✗ posts.graphql:3:8: Subgraph "posts": This is not valid GraphQL: Expected Name, found ":".',
    '✗ Subgraph "missing": Cannot read missing.graphql: there is no such file.',
    `✗ Subgraph "html": ${html.url} responded with HTML (status 200), not with GraphQL.`,
    `✗ Subgraph "text": ${text.url} responded with "hello" (status 200), not with GraphQL.`,
    `✗ Subgraph "closed": ${closed.url} did not respond: other side closed.`,
    `✗ Subgraph "refusing": ${refusing.url} refused the query: Cannot query field "_service".`,
    '✗ --base "v1": there is no such file and no such git ref.',
  ])
  expect(printed).not.toContain('    at ')
  expect(code).toBe(2)
})

test('a subgraph that does not respond is a fault', async () => {
  await using silent = await httpServer(() => {})
  const source = { kind: 'introspection', url: silent.url, headers: {} } as const
  const loaded = await loadSubgraphs([{ name: 'users', routingUrl: '', source }], 50)
  const message = `Subgraph "users": ${silent.url} did not respond within 0.05 s.`
  expect(loaded).toEqual({ ok: false, faults: [{ message, place: null }] })
})

test('a fault outweighs a stage that failed: the check has not judged what it was asked to', async () => {
  await using folder = await workspace({
    'c.yaml': configOf('users'),
    'users.graphql': sdl('type Query { user: Missing }'),
  })
  const { code, verdict, stages } = await folder.report('--config', 'c.yaml', '--base', 'v1')
  expect(stages[0]?.verdict).toBe('failed')
  expect({ code, verdict }).toEqual({ code: 2, verdict: 'unknown' })
})

test.for([
  [
    'two subgraphs with one name',
    configOf('users', 'posts', 'users'),
    /^✗ c.yaml:10:3: The name "users" is used twice/,
  ],
  ['no subgraphs', 'subgraphs: {}\n', /^✗ c.yaml:1:12: subgraphs: expected a map from the name/],
  [
    'an unknown kind of schema',
    'subgraphs:\n  a:\n    schema:\n      graphref: x@y\n',
    /^✗ c.yaml:4:7: subgraphs.a.schema: expected one of/,
  ],
  ['nothing in it', '', /^✗ c.yaml:1:1: expected `subgraphs`, with a map from the name/],
  [
    'a path as a URL',
    'subgraphs:\n  a:\n    schema:\n      subgraph_url: ../a.graphql\n',
    /^✗ c.yaml:4:21: subgraphs.a.schema.subgraph_url: expected a URL such as .* The path of a file belongs into `file`\.$/m,
  ],
  [
    'a header that is a number',
    'subgraphs:\n  a:\n    schema:\n      subgraph_url: http://a/\n      introspection_headers:\n        x: 1\n',
    /^✗ c.yaml:6:12: subgraphs.a.schema.introspection_headers.x: expected the text of a header/,
  ],
  ['text that is not YAML', 'subgraphs: [\n', /^✗ c.yaml:2:1: This is not valid YAML/],
  [
    'a variable that is not set',
    'subgraphs:\n  a:\n    schema:\n      file: ${env.NOT_SET}\n',
    /not set: NOT_SET/,
  ],
] as const)('a config with %s', async ([, config, expected]) => {
  await using folder = await workspace({ 'c.yaml': config })
  const { code, text } = await folder.check('--config', 'c.yaml', '--base', 'v1')
  expect(text).toMatch(expected)
  expect(text).toContain('✗ --base "v1": there is no such file and no such git ref.')
  expect(code).toBe(2)
})

test('a config that does not exist, and an unknown option, are exit code 2', async () => {
  await using folder = await workspace()
  const missing = await folder.check('--config', 'nope.yaml')
  expect(missing).toMatchObject({
    code: 2,
    text: expect.stringContaining('✗ Cannot read nope.yaml: there is no such file.'),
  })
  expect((await folder.check('--bogus')).code).toBe(2)
})
