import { type ASTNode } from 'graphql'
import { type Owners } from './owners.ts'
import { type SubgraphModel, type TypeModel } from './model.ts'

/** One violation of a rule. The rule's name and severity are added by `lint`. */
export type Violation = {
  node: ASTNode
  /** Schema coordinate: `User`, `User.bio`, `Query.user(handle:)`. */
  coordinate: string
  subgraph: string
  message: string
  remedy: string
}

export type Schema = {
  subgraphs: readonly SubgraphModel[]
  /** The subgraph that owns each entity type. */
  owners: Owners
  /** Today, as `YYYY-MM-DD`. */
  today: string
}

/** A rule reads all subgraphs at once: a description, for example, may be in any of those that define a type. */
export type Rule = { about: string; check: (schema: Schema) => Iterable<Violation> }

export type TypeInSubgraph = { subgraph: SubgraphModel; type: TypeModel }

export function* everyType({ subgraphs }: Schema): Generator<TypeInSubgraph> {
  for (const subgraph of subgraphs) for (const type of subgraph.types.values()) yield { subgraph, type }
}

/** Looks a type up in the subgraph first, then in all others. */
export function findType({ subgraphs }: Schema, name: string, first: SubgraphModel): TypeModel | undefined {
  for (const { types } of [first, ...subgraphs]) {
    const type = types.get(name)
    if (type) return type
  }
  return undefined
}
