import {
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql'
import { collectFields, fieldsOfAnyType, type OperationView } from './fields.ts'
import { getOwn, isJsonObject, quote, type JsonObject } from '../json.ts'
import { leafWriter, takesAnyString } from './leaf.ts'
import { BUBBLES, NULLED, nulled, report, type WriteState, type Writer, type Written } from './write-state.ts'

/** Compiles the writer of a response. It returns the text of `data`, which is `null` if a null propagated to the top. */
export function compileShape(
  view: OperationView,
  root: GraphQLObjectType,
  selectionSet: SelectionSetNode,
): (data: JsonObject, state: WriteState) => string {
  const write = lazyObject(view, root, [selectionSet])
  return (data, state) => {
    const written = write(data, state)
    return typeof written === 'string' ? written : 'null'
  }
}

function compileType(
  view: OperationView,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  place: string,
): Writer {
  if (isNonNullType(type)) return nonNull(compileType(view, type.ofType, nodes, place), place)
  if (isListType(type)) return list(compileType(view, type.ofType, nodes, place), place)
  if (isLeafType(type)) {
    const write = leafWriter(type)
    const hidden = view.hidden.valuesOf(type)
    return (value, state) => {
      if (value === null || value === undefined) return null
      const text = write(value, state.plain)
      if (text !== null || hidden.has(value)) return text
      return report(state, `Invalid value found for ${place}.`)
    }
  }
  const selectionSets = nodes.flatMap((node) => node.selectionSet ?? [])
  return composite(view, type, selectionSets, place)
}

function nonNull(inner: Writer, place: string): Writer {
  return (value, state) => {
    const written = inner(value, state)
    if (typeof written === 'string') return written
    if (written === null) report(state, `Cannot return null for non-nullable ${place}.`)
    return BUBBLES
  }
}

function list(item: Writer, place: string): Writer {
  return (value, state) => {
    if (value === null || value === undefined) return null
    if (!Array.isArray(value)) return report(state, `Expected a list for ${place}.`)
    let text = '['
    let bubbles = false
    for (let i = 0; i < value.length; i++) {
      state.path?.push(i)
      const written = item(value[i], state)
      state.path?.pop()
      if (written === BUBBLES) bubbles = true
      else text += (i > 0 ? ',' : '') + (typeof written === 'string' ? written : 'null')
    }
    return bubbles ? nulled(state) : `${text}]`
  }
}

function composite(
  view: OperationView,
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
  place: string,
): Writer {
  if (!isAbstractType(type)) {
    const write = lazyObject(view, type, selectionSets)
    return (value, state) => {
      if (value === null || value === undefined) return null
      return isJsonObject(value) ? write(value, state) : report(state, `Expected an object for ${place}.`)
    }
  }
  const writers = new Map<unknown, ObjectWriter>()
  for (const possible of view.schema.getPossibleTypes(type)) {
    writers.set(possible.name, lazyObject(view, possible, selectionSets))
  }
  addHiddenTypes(view, type, selectionSets, place, writers)
  return (value, state) => {
    if (value === null || value === undefined) return null
    if (!isJsonObject(value)) return report(state, `Expected an object for ${place}.`)
    const write = writers.get(value['__typename'])
    return write ? write(value, state) : report(state, `Invalid __typename found for ${place}.`)
  }
}

/**
 * Adds writers for types that clients do not see. An object of a hidden type is null, without an error. If `__typename` is the
 * name of an interface, no subgraph returned the type of an @interfaceObject entity. This is an error only if the response
 * depends on the type.
 */
function addHiddenTypes(
  view: OperationView,
  type: GraphQLAbstractType,
  selectionSets: readonly SelectionSetNode[],
  place: string,
  writers: Map<unknown, ObjectWriter>,
): void {
  for (const name of view.hidden.typesOf(type)) writers.set(name, () => null)
  for (const known of view.hidden.interfacesOf(type)) {
    const fields = fieldsOfAnyType(view, known, selectionSets)
    const write: ObjectWriter = fields
      ? objectOf(() => compileFields(view, known, fields))
      : (_, state) => report(state, `No subgraph returned the type of the ${known.name} for ${place}.`)
    writers.set(known.name, write)
  }
}

type ObjectWriter = (object: JsonObject, state: WriteState) => Written
type Field = {
  name: string
  key: string
  /** The text before the value: `{` or a comma, then the name. `prefixClosing` closes the string of the previous value first. */
  prefix: string
  prefixClosing: string
  constant: string | null
  /** Every string is a valid value. */
  takesStrings: boolean
  write: Writer
}

/** Compiles a type when it first occurs. Many possible types of an abstract type never occur. */
function lazyObject(
  view: OperationView,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): ObjectWriter {
  return objectOf(() => compileFields(view, type, collectFields(view, type.name, selectionSets)))
}

function objectOf(compile: () => readonly Field[]): ObjectWriter {
  let fields: readonly Field[] | null = null
  return (object, state) => {
    fields ??= compile()
    let text = fields.length === 0 ? '{' : ''
    // Whether `text` ends inside a string. Concatenation is the most expensive part, so the closing quote is added later.
    let open = false
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as Field
      const prefix = open ? field.prefixClosing : field.prefix
      open = false
      if (field.constant !== null) {
        text += prefix + field.constant
        continue
      }
      const value = getOwn(object, field.key)
      if (field.takesStrings && state.plain && typeof value === 'string') {
        text += prefix + '"' + value
        open = true
        continue
      }
      state.path?.push(field.name)
      const written = field.write(value, state)
      state.path?.pop()
      if (written === BUBBLES) return nulled(state)
      text += prefix + (typeof written === 'string' ? written : 'null')
    }
    return text + (open ? '"}' : '}')
  }
}

function compileFields(
  view: OperationView,
  type: GraphQLObjectType | GraphQLInterfaceType,
  collected: ReadonlyMap<string, readonly FieldNode[]>,
): readonly Field[] {
  const definitions = type.getFields()
  return [...collected].map(([name, nodes], index) => {
    const [node] = nodes as [FieldNode]
    const fieldName = node.name.value
    const prefix = `${index === 0 ? '{' : ','}${quote(name)}:`
    const own = { name, key: view.nameOf(node), prefix, prefixClosing: `"${prefix}`, constant: null }
    const unread = { ...own, takesStrings: false, write: () => null }
    if (fieldName === '__typename') return { ...unread, constant: quote(type.name) }
    const definition = definitions[fieldName]
    if (!definition) return { ...unread, write: introspected(nodes) }
    const place = `field ${type.name}.${fieldName}`
    const takesStrings = isStringLike(definition.type)
    return { ...own, takesStrings, write: compileType(view, definition.type, nodes, place) }
  })
}

/** The writer of `__schema` or `__type`. `__schema` is non-null, so its null propagates. */
function introspected(nodes: readonly FieldNode[]): Writer {
  const isNullable = nodes[0]?.name.value !== '__schema'
  return (_, state) => {
    const { text, errors } = state.introspect(nodes)
    if (errors.length === 0) return text
    state.faulty = true
    for (const { message, path } of state.path ? errors : []) {
      state.errors.push({ message, path: [...(state.path ?? []), ...path], code: 'BAD_USER_INPUT' })
    }
    if (text !== 'null') return text
    return isNullable ? NULLED : BUBBLES
  }
}

/** Whether every string is a valid value of the type. False for lists, enums and numbers. */
function isStringLike(type: GraphQLOutputType): boolean {
  const inner = isNonNullType(type) ? type.ofType : type
  return isLeafType(inner) && takesAnyString(inner)
}
