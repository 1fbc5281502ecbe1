import { type ASTNode, type StringValueNode } from 'graphql'
import { everyType, type Rule, type Schema, type Violation } from '../rule.ts'
import { hasDirective } from '../model.ts'

type Element = { what: string; coordinate: string; node: ASTNode; subgraph: string; described: boolean }

/** Composition takes the description of any subgraph, so one is enough. A violation is placed in the first subgraph. */
export const description: Rule = {
  about: 'Every type, field, argument, input field and enum value has a description.',
  *check(schema) {
    const elements = Map.groupBy(elementsOf(schema), ({ coordinate }) => coordinate)
    for (const [first, ...others] of elements.values()) {
      if (first && ![first, ...others].some(({ described }) => described)) yield violationOf(first)
    }
  },
}

function violationOf({ what, coordinate, node, subgraph }: Element): Violation {
  const message = `The ${what} ${coordinate} has no description.`
  return { node, coordinate, subgraph, message, remedy: `Describe it in a string above it: "…" or """…""".` }
}

function* elementsOf(schema: Schema): Generator<Element> {
  for (const { subgraph, type } of everyType(schema)) {
    const element = (
      what: string,
      coordinate: string,
      node: ASTNode & { description?: StringValueNode | undefined },
    ) => ({ what, coordinate, node, subgraph: subgraph.name, described: !!node.description?.value.trim() })
    yield { ...element('type', type.name, type.node), described: !!type.description?.value.trim() }
    for (const field of type.fields.values()) {
      if (hasDirective(field, 'external')) continue
      const coordinate = `${type.name}.${field.name.value}`
      yield element('field', coordinate, field)
      for (const argument of field.arguments ?? [])
        yield element('argument', `${coordinate}(${argument.name.value}:)`, argument)
    }
    for (const field of type.inputFields)
      yield element('input field', `${type.name}.${field.name.value}`, field)
    for (const value of type.values) yield element('enum value', `${type.name}.${value.name.value}`, value)
  }
}
