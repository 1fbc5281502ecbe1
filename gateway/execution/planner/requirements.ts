import { Kind, type DocumentNode, type SelectionSetNode } from 'graphql'
import { argumentOf, directivesOf, hasFields, parseFieldSet, subgraphNames } from './supergraph-document.ts'
import type { RequiresAliases } from './requires-aliases.ts'

/** The fields that a @requires needs in a representation, by their keys in the data. `field` is the name in the schema. */
export type Requirement = ReadonlyMap<string, { field: string; inner: Requirement }>

/** The requirements of fields that contain requires aliases. */
export type Requirements = {
  of(subgraph: string, type: string, field: string): Requirement
}

export const NOTHING: Requirement = new Map()

/** @param document the supergraph with requires aliases */
export function requirementsIn(document: DocumentNode, aliases: RequiresAliases): Requirements {
  const subgraphs = subgraphNames(document)
  const known = new Map<string, Requirement>()
  for (const type of document.definitions.filter(hasFields)) {
    for (const field of type.fields ?? []) {
      for (const join of directivesOf(field, 'join__field')) {
        const requires = argumentOf(join, 'requires')
        const subgraph = subgraphs.get(argumentOf(join, 'graph') ?? '')
        if (!requires || !aliases.keys().some((name) => requires.includes(name))) continue
        const requirement = requirementOf([parseFieldSet(requires)], aliases)
        known.set(`${subgraph}\0${type.name.value}\0${field.name.value}`, requirement)
      }
    }
  }
  return { of: (subgraph, type, field) => known.get(`${subgraph}\0${type}\0${field}`) ?? NOTHING }
}

/** Whether one representation cannot satisfy both: they need one field with different arguments. */
export function conflict(one: Requirement, other: Requirement): boolean {
  return one.entries().some(([key, { field, inner }]) =>
    other.entries().some(([otherKey, wanted]) => {
      if (field !== wanted.field) return false
      return key !== otherKey || conflict(inner, wanted.inner)
    }),
  )
}

export function union(one: Requirement, other: Requirement): Requirement {
  const both = new Map(one)
  for (const [key, wanted] of other) {
    const known = both.get(key)
    both.set(key, known ? { ...known, inner: union(known.inner, wanted.inner) } : wanted)
  }
  return both
}

/** Fragments are ignored: fields of one name in two types count as one. At worst, more fetches are split than necessary. */
function requirementOf(sets: readonly SelectionSetNode[], aliases: RequiresAliases): Requirement {
  let all = NOTHING
  for (const selection of sets.flatMap(({ selections }) => selections)) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      all = union(all, requirementOf([selection.selectionSet], aliases))
    } else if (selection.kind === Kind.FIELD) {
      const key = selection.name.value
      const inner = selection.selectionSet ? requirementOf([selection.selectionSet], aliases) : NOTHING
      all = union(all, new Map([[key, { field: aliases.get(key)?.field ?? key, inner }]]))
    }
  }
  return all
}
