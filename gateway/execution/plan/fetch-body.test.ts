import type { FetchNode } from '@apollo/query-planner'
import { expect, test } from 'vitest'
import type { ExecutionContext } from './execution-context.ts'
import { compileFetchBody } from './fetch-body.ts'

const VARIABLES: Readonly<Record<string, string>> = { first: '1', after: '"a"', none: 'null' }

/** What is selected by a fetch that the planner wrote for the operation `name`. */
function selection(
  query: string,
  name?: string,
  variableUsages: string[] = [],
  variables = VARIABLES,
): string {
  const fetch = { operationName: name, operation: query, variableUsages } as unknown as FetchNode
  const context = { variable: (usage: string) => variables[usage] } as ExecutionContext
  return compileFetchBody(fetch).selection(context)
}

// As in GraphQL Mesh (issue 2292): a value that was cached under one alias was null under another.
test('fetches with other aliases, fields, arguments or variables select something else', () => {
  const selections = [
    selection('{post{text}}'),
    selection('{post{t:text}}'),
    selection('{p:post{text}}'),
    selection('{post{text:title}}'),
    selection('{post(n:1){text}}'),
    selection('{post(n:2){text}}'),
    selection('query($first:Int){post(n:$first){text}}', undefined, ['first']),
    selection('query($first:Int){post(n:$first){text}}', undefined, ['first'], { first: '2' }),
    selection('query($first:Int){post(n:$first){text}}', undefined, ['first'], { first: 'null' }),
    selection('query($first:Int){post(n:$first){text}}', undefined, ['first'], {}),
  ]
  expect(new Set(selections).size).toBe(selections.length)
})

test('fetches of operations with other names, or at another place of the plan, select the same', () => {
  const unnamed = selection('query {post{text}}')
  for (const name of ['Page__posts__0', 'Page__posts__12', 'Post__posts__0', 'query', 'post'])
    expect(selection(`query ${name}{post{text}}`, name), name).toBe(unnamed)
})
