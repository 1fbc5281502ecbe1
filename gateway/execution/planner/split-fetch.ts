import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import {
  Kind,
  print,
  stripIgnoredCharacters,
  visit,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { conflict, NOTHING, union, type Requirement, type Requirements } from './requirements.ts'
import { fetchedOperation } from './fetches.ts'
import type { RequiresAliases } from './requires-aliases.ts'

/** Fields of one fetch that can have the same representation. */
type Share = { requirement: Requirement; fields: Set<FieldNode> }

/**
 * Splits a fetch of entities whose fields require one field with different arguments: a representation can have only one
 * value for it. Each part has the fields that do not conflict. Fields without requires aliases are in the first part.
 *
 * @returns only the fetch itself if no fields conflict
 */
export function splitFetch(
  fetch: FetchNode,
  aliases: RequiresAliases,
  requirements: Requirements,
): FetchNode[] {
  const { requires } = fetch
  if (!requires || !namesTwice(requires, aliases)) return [fetch]
  const operation = fetchedOperation(fetch)
  const [entities] = operation.selectionSet.selections
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet) return [fetch]
  const shares = sharesOf(entities.selectionSet, (type, field) =>
    requirements.of(fetch.serviceName, type, field),
  )
  if (shares.length < 2) return [fetch]
  return shares.map(({ fields, requirement }) => {
    const part = partOf(operation, fields)
    return {
      ...fetch,
      operation: stripIgnoredCharacters(print(part)),
      variableUsages: (part.variableDefinitions ?? []).flatMap(({ variable: { name } }) =>
        name.value === 'representations' ? [] : name.value,
      ),
      requires: restrict(requires, requirement, aliases),
    }
  })
}

/** Whether two aliases of one field are required. If not, the fetch need not be examined further. */
function namesTwice(requires: readonly QueryPlanSelectionNode[], aliases: RequiresAliases): boolean {
  const aliasOf = new Map<string, string>()
  const visitAll = (nodes: readonly QueryPlanSelectionNode[]): boolean =>
    nodes.some((node) => {
      const alias = node.kind === 'Field' && aliases.get(node.name)
      if (alias) {
        const known = aliasOf.get(alias.field) ?? node.name
        if (known !== node.name) return true
        aliasOf.set(alias.field, node.name)
      }
      return visitAll(node.selections ?? [])
    })
  return visitAll(requires)
}

function sharesOf(
  entities: SelectionSetNode,
  requirementOf: (type: string, field: string) => Requirement,
): Share[] {
  const shares: Share[] = [{ requirement: NOTHING, fields: new Set() }]
  const visitSet = ({ selections }: SelectionSetNode, type: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        visitSet(selection.selectionSet, selection.typeCondition?.name.value ?? type)
      } else if (selection.kind === Kind.FIELD) {
        const requirement = requirementOf(type, selection.name.value)
        const share = shares.find((other) => !conflict(other.requirement, requirement))
        if (share) {
          share.fields.add(selection)
          share.requirement = union(share.requirement, requirement)
        } else shares.push({ requirement, fields: new Set([selection]) })
      }
    }
  }
  visitSet(entities, '')
  return shares
}

/** The operation with these fields of the entities only, and with the variables that they use. */
function partOf(operation: OperationDefinitionNode, fields: ReadonlySet<FieldNode>): OperationDefinitionNode {
  const keep = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind !== Kind.INLINE_FRAGMENT)
        return fields.has(selection as FieldNode) ? [selection] : []
      const selectionSet = keep(selection.selectionSet)
      return selectionSet.selections.length > 0 ? [{ ...selection, selectionSet }] : []
    }),
  })
  const [entities] = operation.selectionSet.selections as [FieldNode]
  const selections = [
    { ...entities, ...(entities.selectionSet && { selectionSet: keep(entities.selectionSet) }) },
  ]
  const selectionSet: SelectionSetNode = { ...operation.selectionSet, selections }
  const used = new Set<string>()
  visit(selectionSet, { Variable: ({ name }) => void used.add(name.value) })
  const definitions = operation.variableDefinitions ?? []
  return {
    ...operation,
    selectionSet,
    variableDefinitions: definitions.filter(({ variable }) => used.has(variable.name.value)),
  }
}

/** The part of the representation for a share: everything except aliases that only other shares require. */
function restrict(
  requires: readonly QueryPlanSelectionNode[],
  requirement: Requirement,
  aliases: RequiresAliases,
): QueryPlanSelectionNode[] {
  return requires.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === 'InlineFragment') {
      return [{ ...node, selections: restrict(node.selections, requirement, aliases) }]
    }
    const wanted = requirement.get(node.name)
    if (!wanted && aliases.has(node.name)) return []
    if (!node.selections) return [node]
    const selections = restrict(node.selections, wanted?.inner ?? NOTHING, aliases)
    return selections.length > 0 ? [{ ...node, selections }] : []
  })
}
