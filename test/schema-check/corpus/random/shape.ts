import { isEnumType, isLeafType, TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import type { DocumentNode, GraphQLSchema } from 'graphql'

/** The type of each field that an operation selects, in its order. */
function shapeOf(document: DocumentNode, schema: GraphQLSchema): string[] {
  const shape: string[] = []
  const types = new TypeInfo(schema)
  visit(document, visitWithTypeInfo(types, { Field: () => void shape.push(String(types.getType())) }))
  return shape
}

/**
 * How the values that a valid operation can get differ: `none` if each field has the type of before, or that without null.
 * `unclear` if a field returns another object type, interface or union.
 */
export function shapeChange(document: DocumentNode, base: GraphQLSchema, head: GraphQLSchema) {
  const after = shapeOf(document, head)
  const changes = shapeOf(document, base).map((before, i): 'none' | 'other' | 'unclear' => {
    const [was, is] = [base.getType(nameOf(before)), head.getType(nameOf(after[i] ?? ''))]
    if (was?.name !== is?.name && !isLeafType(was)) return 'unclear'
    const removed =
      isEnumType(was) && was.getValues().some(({ name }) => !isEnumType(is) || !is.getValue(name))
    return !removed && isNarrower(after[i] ?? '', before) ? 'none' : 'other'
  })
  return (
    changes.find((change) => change === 'other') ?? changes.find((change) => change === 'unclear') ?? 'none'
  )
}

const nameOf = (type: string) => type.replaceAll(/[![\]]/g, '')

/** It is the same, or has more `!`. */
function isNarrower(after: string, before: string): boolean {
  let at = 0
  for (const character of after) {
    if (before[at] === character) at++
    else if (character !== '!') return false
  }
  return at === before.length
}
