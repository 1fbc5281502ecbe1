import {
  Kind,
  visit,
  type ASTNode,
  type DocumentNode,
  type InputValueDefinitionNode,
  type TypeNode,
} from 'graphql'
import type { Random } from '../../../engine/random.ts'

const TYPES = [
  'String',
  'Int',
  'ID',
  'Date',
  'Role',
  'Style',
  'User',
  'Post',
  'Team',
  'Node',
  'Named',
  'Hit',
  'Filter',
]

/** Changes one place of a schema: removes it, adds to it, or gives it another type or default value. */
export function changed(document: DocumentNode, random: Random): DocumentNode {
  const places: { node: ASTNode; inList: boolean }[] = []
  visit(document, {
    enter: (node, key) =>
      void (node.kind === Kind.NAME || places.push({ node, inList: typeof key === 'number' })),
  })
  const { node, inList } = random.pick(places)
  const replacement = formOf(node, inList, random)
  return visit(document, { enter: (at) => (at === node ? replacement : undefined) })
}

const WITHOUT_TYPE = [
  Kind.UNION_TYPE_DEFINITION,
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.SCALAR_TYPE_DEFINITION,
] as const

/** Another form of the node. Null removes it, undefined leaves it. */
function formOf(node: ASTNode, inList: boolean, random: Random): ASTNode | null | undefined {
  if (inList && random.chance(40)) return null
  if (WITHOUT_TYPE.some((kind) => kind === node.kind)) return null
  if (node.kind === Kind.FIELD_DEFINITION) {
    return random.chance(70)
      ? { ...node, type: typeOf(node.type, random) }
      : { ...node, arguments: [...(node.arguments ?? []), added(random)] }
  }
  if (node.kind === Kind.INPUT_VALUE_DEFINITION) {
    const { defaultValue: _, ...required } = node
    return random.chance(70) ? { ...node, type: typeOf(node.type, random) } : required
  }
  if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
    return { ...node, fields: [...(node.fields ?? []), added(random)] }
  if (node.kind !== Kind.DIRECTIVE_DEFINITION) return undefined
  return random.chance(50)
    ? { ...node, repeatable: false }
    : { ...node, arguments: [...(node.arguments ?? []), added(random)] }
}

function typeOf(type: TypeNode, random: Random): TypeNode {
  if (random.chance(25))
    return { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: random.pick(TYPES) } }
  if (type.kind === Kind.NON_NULL_TYPE)
    return random.chance(60) ? type.type : { kind: Kind.NON_NULL_TYPE, type: listOf(type.type, random) }
  return random.chance(50) ? { kind: Kind.NON_NULL_TYPE, type } : listOf(type, random)
}

type Nullable = Exclude<TypeNode, { kind: Kind.NON_NULL_TYPE }>

function listOf(type: Nullable, random: Random): Nullable {
  if (type.kind === Kind.LIST_TYPE && random.chance(75)) return { ...type, type: typeOf(type.type, random) }
  return { kind: Kind.LIST_TYPE, type }
}

function added(random: Random): InputValueDefinitionNode {
  const named = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'Int' } } as const
  return {
    kind: Kind.INPUT_VALUE_DEFINITION,
    name: { kind: Kind.NAME, value: 'added' },
    type: random.chance(60) ? { kind: Kind.NON_NULL_TYPE, type: named } : named,
  }
}
