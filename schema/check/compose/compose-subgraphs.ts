import { composeServices } from '@apollo/composition'
import { errorCode } from '@apollo/federation-internals'
import { type GraphQLError, type GraphQLSchema } from 'graphql'
import { type Finding, type LoadedSubgraph, type Severity, type StageResult } from '../finding.ts'
import { invalidLinks } from './invalid-links.ts'
import { definitionsOf, placesOf, type SubgraphPlace } from './locate.ts'
import { REMEDIES, REMEDIES_WITHOUT_PLACE } from './remedies.ts'

type CompositionHint = NonNullable<ReturnType<typeof composeServices>['hints']>[number]

export type Composition = {
  result: StageResult
  /** Null if the subgraphs do not compose. */
  supergraph: { sdl: string; api: GraphQLSchema } | null
}

/** `runSatisfiability`: whether each field must be reachable by the gateway, which takes most of the time. */
export type ComposeOptions = { runSatisfiability: boolean }

/**
 * Composes the subgraphs. Each error and hint of composition becomes a finding at its place. Hints of the level DEBUG are left
 * out, as they are by Rover.
 */
export function composeSubgraphs(
  subgraphs: readonly LoadedSubgraph[],
  { runSatisfiability }: ComposeOptions = { runSatisfiability: true },
): Composition {
  const links = invalidLinks(subgraphs)
  if (links.length > 0) return failed(links)
  const { errors, hints, schema, supergraphSdl } = composeServices([...subgraphs], { runSatisfiability })
  if (errors) return failed(errors.map((error) => errorFinding(error, subgraphs)))
  const findings = hints
    .filter(({ definition }) => definition.level.name !== 'DEBUG')
    .map((hint) => hintFinding(hint, subgraphs))
  const summary = subgraphs.length === 1 ? '1 subgraph composes.' : `${subgraphs.length} subgraphs compose.`
  return {
    result: { stage: 'compose', verdict: 'passed', summary, findings },
    supergraph: { sdl: supergraphSdl, api: schema.toAPISchema().toGraphQLJSSchema() },
  }
}

function failed(findings: readonly Finding[]): Composition {
  const summary = 'The subgraphs do not compose.'
  return { result: { stage: 'compose', verdict: 'failed', summary, findings }, supergraph: null }
}

function errorFinding(error: GraphQLError, subgraphs: readonly LoadedSubgraph[]): Finding {
  const code = errorCode(error) ?? 'COMPOSITION_ERROR'
  const nodes = placesOf(error.nodes ?? [], subgraphs)
  return finding(code, 'error', error.message, coordinateIn(error.message), nodes, subgraphs)
}

const SEVERITIES: Readonly<Record<string, Severity>> = { WARN: 'warning' }

function hintFinding(hint: CompositionHint, subgraphs: readonly LoadedSubgraph[]): Finding {
  const { code, level } = hint.definition
  const severity = SEVERITIES[level.name] ?? 'info'
  const nodes = placesOf(hint.nodes ?? [], subgraphs)
  const coordinate = hint.coordinate ?? coordinateIn(hint.message)
  return finding(code, severity, hint.message, coordinate, nodes, subgraphs)
}

function finding(
  code: string,
  severity: Severity,
  text: string,
  coordinate: string | null,
  nodes: readonly SubgraphPlace[],
  subgraphs: readonly LoadedSubgraph[],
): Finding {
  const [, named, message = text] = /^\[([^\]]+)\] (.*)$/s.exec(text) ?? []
  const own = named === undefined ? subgraphs : subgraphs.filter(({ name }) => name === named)
  const [first, ...others] = nodes.length > 0 || !coordinate ? nodes : definitionsOf(coordinate, own)
  const remedy = (first ? null : REMEDIES_WITHOUT_PLACE[code]) ?? REMEDIES[code] ?? null
  return {
    code,
    severity,
    message,
    place: first?.place ?? null,
    coordinate,
    subgraph: named ?? first?.subgraph ?? null,
    remedy,
    ...(others.length > 0 && { evidence: others.map(alsoAt) }),
  }
}

function alsoAt({ subgraph, place }: SubgraphPlace): string {
  const where = `${place.file}:${place.line}:${place.column}`
  return subgraph ? `also in subgraph "${subgraph}", ${where}` : `also in ${where}`
}

/** The first schema coordinate in a message of composition, which quotes them: "User.bio", "Query.user(handle:)". */
function coordinateIn(message: string): string | null {
  const field = /"([A-Z_]\w*\.\w+(?:\(\w+:\))?)"/i.exec(message)?.[1]
  const [, twice, type] = /Field (\w+) already exists on (\w+)$/.exec(message) ?? []
  if (twice !== undefined) return `${type}.${twice}`
  return field ?? /(?:[Tt]ype(?: named)?|[Ee]lement|[Ee]num|[Ii]nterface) "(\w+)"/.exec(message)?.[1] ?? null
}
