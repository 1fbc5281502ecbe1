import { type ASTNode } from 'graphql'
import { type SubgraphModel, type TypeModel, namedTypeOf } from '../model.ts'
import { everyType, type Rule, type Schema, type Violation } from '../rule.ts'

const PASCAL = { expression: /^[A-Z][A-Za-z0-9]*$/, name: 'PascalCase' }
const CAMEL = { expression: /^[a-z][A-Za-z0-9]*$/, name: 'camelCase' }
const UPPER = { expression: /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/, name: 'UPPER_CASE' }

/** Names of the parts of the schema. A name that several subgraphs define is reported in each: each has to change it. */
export const naming: Rule = {
  about: 'Types are in PascalCase, fields and arguments in camelCase, enum values in UPPER_CASE.',
  *check(schema) {
    for (const { subgraph, type } of everyType(schema)) {
      const wrong = function* (
        what: string,
        name: string,
        wanted: typeof PASCAL,
        coordinate: string,
        node: ASTNode,
      ) {
        if (wanted.expression.test(name)) return
        const message = `The name of the ${what} ${coordinate} is not in ${wanted.name}.`
        const remedy = `Rename "${name}", for example to "${example(name, wanted.name)}". If clients use it, add the new name and deprecate this one.`
        yield { node, coordinate, subgraph: subgraph.name, message, remedy }
      }
      yield* wrong('type', type.name, PASCAL, type.name, type.node)
      for (const field of type.fields.values()) {
        const coordinate = `${type.name}.${field.name.value}`
        yield* wrong('field', field.name.value, CAMEL, coordinate, field)
        for (const { name, ...rest } of field.arguments ?? [])
          yield* wrong('argument', name.value, CAMEL, `${coordinate}(${name.value}:)`, { name, ...rest })
      }
      for (const field of type.inputFields)
        yield* wrong('input field', field.name.value, CAMEL, `${type.name}.${field.name.value}`, field)
      for (const value of type.values)
        yield* wrong('enum value', value.name.value, UPPER, `${type.name}.${value.name.value}`, value)
    }
  },
}

function example(name: string, style: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[\s_]+/)
    .filter(Boolean)
  if (style === 'UPPER_CASE') return words.join('_').toUpperCase()
  const pascal = words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1).toLowerCase()}`).join('')
  return style === 'PascalCase' ? pascal : `${pascal.charAt(0).toLowerCase()}${pascal.slice(1)}`
}

/** The endings of names, by what a type is for. */
export const suffix: Rule = {
  about:
    'Input types end in Input, results of mutations in Payload, pages in Connection, their items in Edge.',
  *check(schema) {
    const edges = edgeTypesOf(schema)
    for (const { subgraph, type } of everyType(schema)) {
      for (const [ending, needed, why] of endingsOf(type, subgraph, edges)) {
        if (needed === type.name.endsWith(ending)) continue
        yield violationOf(type, subgraph, ending, needed, why)
      }
    }
  },
}

type Ending = readonly [ending: string, needed: boolean, why: string]

function* endingsOf(type: TypeModel, subgraph: SubgraphModel, edges: ReadonlySet<string>): Generator<Ending> {
  // An error such as `InvalidInput` is about an input.
  if (type.kind === 'input' || !type.interfaces.includes('UserError'))
    yield ['Input', type.kind === 'input', 'input types']
  if (type.kind === 'union' && isPayload(type, subgraph)) yield ['Payload', true, 'the results of mutations']
  if (type.kind !== 'object') return
  if (isPage(type)) yield ['Connection', true, 'pages with `edges` and `pageInfo`']
  if (edges.has(type.name)) yield ['Edge', true, 'the items of `edges`']
}

function violationOf(
  type: TypeModel,
  subgraph: SubgraphModel,
  ending: string,
  needed: boolean,
  why: string,
): Violation {
  const message = needed
    ? `The name of ${type.name} does not end in ${ending}, as ${why} do.`
    : `The name of ${type.name} ends in ${ending}, but only ${why} do.`
  const remedy = needed ? `Rename it to ${type.name}${ending}.` : 'Rename it, or change its kind.'
  return { node: type.node, coordinate: type.name, subgraph: subgraph.name, message, remedy }
}

function isPayload({ name }: TypeModel, { types, mutation }: SubgraphModel): boolean {
  const fields = types.get(mutation)?.fields.values() ?? []
  return [...fields].some((field) => namedTypeOf(field.type) === name)
}

export function isPage({ fields }: TypeModel): boolean {
  return fields.has('edges') && fields.has('pageInfo')
}

/** The names of the types of the items of `edges`. */
function edgeTypesOf(schema: Schema): Set<string> {
  const edges = [...everyType(schema)].flatMap(({ type }) => (isPage(type) ? [type.fields.get('edges')] : []))
  return new Set(edges.flatMap((field) => (field ? [namedTypeOf(field.type)] : [])))
}
