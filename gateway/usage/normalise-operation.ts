import {
  Kind,
  print,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { fragmentsOf } from '../execution/without-introspection.ts'

/** Text of a document, and the fragments that the text still needs. */
type Writer = { needs: (fragment: string) => void }

/**
 * An operation as text without literal values and aliases, with its fields, arguments and fragments in order. Texts are equal
 * for operations that differ only in these. Numbers become 0, strings "", and equal items of a list one item. Names of input
 * fields, enum values and variables stay.
 *
 * It follows the signature of Apollo's usage reporting: https://www.apollographql.com/docs/graphos/platform/insights/operation-signatures
 *
 * @param document a valid document
 * @param operation one of its operations
 */
export function normaliseOperation(document: DocumentNode, operation: OperationDefinitionNode): string {
  const known = fragmentsOf(document)
  const texts = new Map<string, string>()
  const needs = (name: string) => {
    const fragment = known.get(name)
    if (!fragment || texts.has(name)) return
    // Validation has refused cycles, but a fragment can be spread twice.
    texts.set(name, '')
    texts.set(name, fragmentText({ needs }, fragment))
  }
  const text = operationText({ needs }, operation)
  const fragments = [...texts].toSorted(([a], [b]) => compare(a, b)).map(([, fragment]) => fragment)
  return [text, ...fragments].join(' ')
}

function operationText(writer: Writer, node: OperationDefinitionNode): string {
  const { operation, name, variableDefinitions = [], directives, selectionSet } = node
  const variables = variableDefinitions.map(({ variable, type, defaultValue }) => {
    const initial = defaultValue ? ` = ${valueText(defaultValue)}` : ''
    return `$${variable.name.value}: ${print(type)}${initial}`
  })
  const head = `${operation}${name ? ` ${name.value}` : ''}${inBrackets(variables)}`
  return `${head}${directivesText(directives)}${selectionText(writer, selectionSet)}`
}

function fragmentText(
  writer: Writer,
  { name, typeCondition, directives, selectionSet }: FragmentDefinitionNode,
): string {
  const head = `fragment ${name.value} on ${typeCondition.name.value}`
  return `${head}${directivesText(directives)}${selectionText(writer, selectionSet)}`
}

function selectionText(writer: Writer, { selections }: SelectionSetNode): string {
  return ` { ${ordered(selections.map((selection) => selected(writer, selection))).join(' ')} }`
}

function selected(writer: Writer, node: SelectionNode): string {
  const directives = directivesText(node.directives)
  switch (node.kind) {
    case Kind.FIELD: {
      const below = node.selectionSet ? selectionText(writer, node.selectionSet) : ''
      return `${node.name.value}${argumentsText(node.arguments)}${directives}${below}`
    }
    case Kind.FRAGMENT_SPREAD:
      writer.needs(node.name.value)
      return `...${node.name.value}${directives}`
    case Kind.INLINE_FRAGMENT: {
      const condition = node.typeCondition ? ` on ${node.typeCondition.name.value}` : ''
      return `...${condition}${directives}${selectionText(writer, node.selectionSet)}`
    }
  }
}

/** Their order has a meaning. */
function directivesText(directives: readonly DirectiveNode[] = []): string {
  return directives.map(({ name, arguments: args }) => ` @${name.value}${argumentsText(args)}`).join('')
}

type Named = { name: { value: string }; value: ValueNode }

function argumentsText(args: readonly Named[] = []): string {
  return inBrackets(args.map(({ name, value }) => `${name.value}: ${valueText(value)}`))
}

function valueText(node: ValueNode): string {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return '0'
    case Kind.STRING:
      return '""'
    case Kind.LIST:
      return `[${ordered(node.values.map(valueText)).join(', ')}]`
    case Kind.OBJECT:
      return `{${ordered(node.fields.map(({ name, value }) => `${name.value}: ${valueText(value)}`)).join(', ')}}`
    case Kind.VARIABLE:
    case Kind.BOOLEAN:
    case Kind.NULL:
    case Kind.ENUM:
      return print(node)
  }
}

const inBrackets = (parts: readonly string[]) => (parts.length > 0 ? `(${ordered(parts).join(', ')})` : '')

/** Without repetitions. */
const ordered = (texts: readonly string[]) => [...new Set(texts)].toSorted(compare)

/** The same in every locale. */
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
