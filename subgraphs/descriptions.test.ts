import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parse, visit, type ASTNode, type StringValueNode } from 'graphql'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const files = [
  join(root, 'contracts/graphql/common.graphql'),
  ...globSync(join(import.meta.dirname, '*/schema.graphql')).toSorted(),
]

/** Where a description stands: `users: User.handle`, `users: Query.user(handle:)`. */
type Described = { file: string; coordinate: string; description: string | null }

const NAMED = new Set([
  'ScalarTypeDefinition',
  'ObjectTypeDefinition',
  'InterfaceTypeDefinition',
  'UnionTypeDefinition',
  'EnumTypeDefinition',
  'InputObjectTypeDefinition',
  'FieldDefinition',
  'InputValueDefinition',
  'EnumValueDefinition',
  'DirectiveDefinition',
])

function readDescriptions(file: string): Described[] {
  const found: Described[] = []
  const path: string[] = []
  visit(parse(readFileSync(file, 'utf8')), {
    enter(node) {
      if (!isNamed(node)) return
      path.push(node.name.value)
      const description = node.description?.value.trim() || null
      found.push({ file: basename(dirname(file)), coordinate: path.join('.'), description })
    },
    leave(node) {
      if (isNamed(node)) path.pop()
    },
  })
  return found
}

function isNamed(
  node: ASTNode,
): node is ASTNode & { name: { value: string }; description?: StringValueNode } {
  return NAMED.has(node.kind)
}

describe('the descriptions of the schema', () => {
  const byCoordinate = Map.groupBy(files.flatMap(readDescriptions), ({ coordinate }) => coordinate)

  it('exist for every type, field, argument, input field and enum value', () => {
    // Composition merges a type that several subgraphs define: one of them has to describe it.
    const bare = [...byCoordinate].filter(([, places]) =>
      places.every(({ description }) => description === null),
    )
    expect(bare.map(([coordinate, places]) => `${places[0]?.file}: ${coordinate}`)).toEqual([])
  })

  it('are equal if several subgraphs describe the same thing', () => {
    const split = [...byCoordinate].filter(
      ([, places]) => new Set(places.flatMap(({ description }) => description ?? [])).size > 1,
    )
    expect(
      split.map(([coordinate, places]) => `${coordinate}: ${places.map(({ file }) => file).join(', ')}`),
    ).toEqual([])
  })

  it('are read from every subgraph', () => {
    const folders = files.map((file) => basename(dirname(file)))
    expect(folders).toEqual(expect.arrayContaining(['graphql', 'followers', 'posts', 'users']))
  })
})
