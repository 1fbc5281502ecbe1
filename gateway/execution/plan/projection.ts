import type { QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { getOwn, isJsonObject, leafText, MAX_NESTING, quote, type JsonObject } from '../json.ts'
import type { TypeIndex } from '../type-index.ts'

/** Writes the representations of one type's entities. */
export type Form = {
  /** The key in the data of the only field, if it is a leaf. Its values then identify the representations. Otherwise null. */
  readonly sole: string | null
  /**
   * The representation of an entity as JSON text. Null if the entity lacks a required field. Equal representations have
   * equal texts.
   *
   * @param plain no string in the data has a character that JSON escapes
   */
  write(entity: JsonObject, plain: boolean): string | null
}

/** The form for an entity. Null if the fetch has no fields for its type. */
export type Projection = (entity: JsonObject) => Form | null

/** `key` is the key in the data. `prefix` contains the key in the representation, which is the field's name. */
type Fields = readonly { prefix: string; key: string; nested: ValueProjection | null }[]
type ValueProjection = (value: unknown, plain: boolean) => string

export function compileProjection(requires: readonly QueryPlanSelectionNode[], types: TypeIndex): Projection {
  const byTypename = new Map<unknown, Form | null>()
  return (entity) => {
    const typename = entity['__typename']
    let form = byTypename.get(typename)
    if (form === undefined) {
      form = formOf(typename, collectFields(requires, typename, types))
      if (byTypename.size < 1_000) byTypename.set(typename, form)
    }
    return form
  }
}

function formOf(typename: unknown, fields: Fields): Form | null {
  const others = fields.filter(({ key }) => key !== '__typename')
  // Without __typename, the subgraph cannot determine the type.
  if (others.length === fields.length) return null
  const [only, second] = others
  const write = (entity: JsonObject, plain: boolean) => writeFields(entity, fields, plain)
  if (!only || only.nested || second) return { sole: null, write }
  const { key } = only
  // Most keys are one id. Then everything except its value is written ahead of time.
  const [before = '', after = ''] = fields
    .map((field) => field.prefix + (field === only ? MARK : leafText(typename)))
    .join(',')
    .split(MARK)
  return {
    sole: key,
    write(entity, plain) {
      const value = getOwn(entity, key)
      return plain && typeof value === 'string' ? `{${before}"${value}"${after}}` : write(entity, plain)
    },
  }
}

/** A character that does not occur in names. */
const MARK = '\0'

/** The fields of all fragments that apply to a type, each once, in the order of the plan. */
function collectFields(
  selections: readonly QueryPlanSelectionNode[],
  typename: unknown,
  types: TypeIndex,
): Fields {
  const merged = new Map<string, { name: string; nested: QueryPlanSelectionNode[] | null }>()
  visit(selections)
  return [...merged].map(([key, { name, nested }]) => ({
    prefix: `${quote(name)}:`,
    key,
    nested: nested && compileNested(nested, types),
  }))

  function visit(nodes: readonly QueryPlanSelectionNode[]): void {
    for (const node of nodes) {
      if (node.kind === 'Field') add(node)
      else if (!node.typeCondition || types.satisfying(node.typeCondition).has(String(typename))) {
        visit(node.selections)
      }
    }
  }

  function add({ alias, name, selections: inner }: QueryPlanFieldNode): void {
    const key = alias ?? name
    const known = merged.get(key)?.nested ?? null
    merged.set(key, { name, nested: inner ? [...(known ?? []), ...inner] : known })
  }
}

function compileNested(selections: readonly QueryPlanSelectionNode[], types: TypeIndex): ValueProjection {
  const byTypename = new Map<unknown, Fields>()
  const project = (value: unknown, plain: boolean, lists: number): string => {
    if (Array.isArray(value)) {
      return lists > 0 ? `[${value.map((item) => project(item, plain, lists - 1)).join(',')}]` : 'null'
    }
    if (!isJsonObject(value)) return 'null'
    const typename = value['__typename']
    let fields = byTypename.get(typename)
    if (!fields) {
      fields = collectFields(selections, typename, types)
      if (byTypename.size < 1_000) byTypename.set(typename, fields)
    }
    return writeFields(value, fields, plain) ?? 'null'
  }
  return (value, plain) => project(value, plain, MAX_NESTING)
}

function writeFields(object: JsonObject, fields: Fields, plain: boolean): string | null {
  let text = '{'
  for (const { prefix, key, nested } of fields) {
    const value = getOwn(object, key)
    if (value === undefined) return null
    if (text.length > 1) text += ','
    text += prefix
    text += nested ? nested(value, plain) : (leafText(value, plain) ?? 'null')
  }
  return `${text}}`
}
