import type { QueryPlanSelectionNode } from '@apollo/query-planner'
import { getOwn, isJsonObject, leafText, quote, type JsonObject } from '../json.ts'
import type { TypeIndex } from '../type-index.ts'

/**
 * Writes the representation of an entity as JSON text, or returns null when the entity lacks a field that the fetch
 * requires. Equal representations are equal texts, so the text is also the key for deduplication.
 */
export type Projection = (entity: JsonObject) => string | null

type Fields = readonly { prefix: string; name: string; nested: ValueProjection | null }[]
type ValueProjection = (value: unknown) => string

export function compileProjection(requires: readonly QueryPlanSelectionNode[], types: TypeIndex): Projection {
  const byTypename = new Map<unknown, Fields | null>()
  return (entity) => {
    const typename = entity['__typename']
    let fields = byTypename.get(typename)
    if (fields === undefined) {
      const collected = collectFields(requires, typename, types)
      // Without __typename a subgraph cannot tell whose representation it is: there is nothing to ask for.
      fields = collected.some(({ name }) => name === '__typename') ? collected : null
      if (byTypename.size < 1_000) byTypename.set(typename, fields)
    }
    return fields && writeFields(entity, fields)
  }
}

/** The fields of all fragments that apply to a typename, each once, in the order of the plan. */
function collectFields(
  selections: readonly QueryPlanSelectionNode[],
  typename: unknown,
  types: TypeIndex,
): Fields {
  const merged = new Map<string, QueryPlanSelectionNode[] | null>()
  visit(selections, (name, nested) => {
    const known = merged.get(name)
    merged.set(name, nested ? [...(known ?? []), ...nested] : (known ?? null))
  })
  return [...merged].map(([name, nested]) => ({
    prefix: `${quote(name)}:`,
    name,
    nested: nested && compileNested(nested, types),
  }))

  function visit(
    nodes: readonly QueryPlanSelectionNode[],
    add: (name: string, nested: readonly QueryPlanSelectionNode[] | undefined) => void,
  ): void {
    for (const node of nodes) {
      if (node.kind === 'Field') add(node.alias ?? node.name, node.selections)
      else if (!node.typeCondition || types.satisfying(node.typeCondition).has(String(typename))) {
        visit(node.selections, add)
      }
    }
  }
}

function compileNested(selections: readonly QueryPlanSelectionNode[], types: TypeIndex): ValueProjection {
  const byTypename = new Map<unknown, Fields>()
  const project: ValueProjection = (value) => {
    if (Array.isArray(value)) return `[${value.map(project).join(',')}]`
    if (!isJsonObject(value)) return 'null'
    const typename = value['__typename']
    let fields = byTypename.get(typename)
    if (!fields) {
      fields = collectFields(selections, typename, types)
      if (byTypename.size < 1_000) byTypename.set(typename, fields)
    }
    return writeFields(value, fields) ?? 'null'
  }
  return project
}

function writeFields(object: JsonObject, fields: Fields): string | null {
  let text = '{'
  for (const { prefix, name, nested } of fields) {
    const value = getOwn(object, name)
    if (value === undefined) return null
    if (text.length > 1) text += ','
    text += prefix
    text += nested ? nested(value) : leafText(value)
  }
  return `${text}}`
}
