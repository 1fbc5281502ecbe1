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
  return visit(document, { enter: (at) => (at === node ? replacement : undefined) }) as DocumentNode
}

/** Another form of the node. Null removes it, undefined leaves it. */
function formOf(node: ASTNode, inList: boolean, random: Random): ASTNode | null | undefined {
  const removes = inList && random.chance(40)
  if (removes) return null
  switch (node.kind) {
    case Kind.FIELD_DEFINITION:
      return random.chance(70)
        ? { ...node, type: typeOf(node.type, random) }
        : { ...node, arguments: [...(node.arguments ?? []), added(random)] }
    case Kind.INPUT_VALUE_DEFINITION: {
      const { defaultValue: _, ...required } = node
      return random.chance(70) ? { ...node, type: typeOf(node.type, random) } : required
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return { ...node, fields: [...(node.fields ?? []), added(random)] }
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.SCALAR_TYPE_DEFINITION:
      return null
    case Kind.DIRECTIVE_DEFINITION:
      return random.chance(50)
        ? { ...node, repeatable: false }
        : { ...node, arguments: [...(node.arguments ?? []), added(random)] }
    default:
      return undefined
  }
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
