import { CriticalityLevel } from '@graphql-inspector/core'
import { diffSchema } from '@graphql-inspector/core/diff/schema'
import { parse, print, Source, type GraphQLSchema } from 'graphql'
import { composeServices } from '@apollo/composition'
import { findChanges, judgeChanges, type ComposedHead } from '../../../schema/check/changes/judge-changes.ts'
import { judgeUsage } from '../../../schema/check/usage/judge-usage.ts'
import type { UsageExport } from '../../../schema/check/usage/usage-export.ts'
import { usesOf } from '../../../schema/check/usage/operation-uses.ts'
import type { SchemaCase, Subgraphs } from './schema-case.ts'

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@override", "@external", "@requires", "@provides", "@inaccessible", "@tag", "@interfaceObject", "@authenticated", "@requiresScopes", "@policy"])\n`

/** @throws if the subgraphs do not compose: such a case is wrong, as composition comes first */
export function composed(sources: Subgraphs): ComposedHead {
  const subgraphs = Object.entries(sources).map(([name, sdl]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(new Source(LINK + sdl, `${name}.graphql`)),
  }))
  const { errors, schema } = composeServices(subgraphs)
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'))
  return { api: schema.toAPISchema().toGraphQLJSSchema(), subgraphs }
}

/** What the check says about a case, and what the inspector says alone. */
export function judgeCase({ base, head, operation, variables }: SchemaCase) {
  const sides = { base: composed(base), head: composed(head) }
  const changes = findChanges(sides.base, sides.head)
  const { breaking } = judgeChanges(sides.base, sides.head)
  const schemas = {
    base: sides.base.api,
    head: sides.head.api,
    exceptions: [],
    windowDays: 30,
    today: '2026-11-01',
  }
  const document = parse(operation)
  const trusted = [{ name: 'Trusted', file: 'a.graphql', line: 1, document, owner: null }]
  const nobody = recording([])
  const sent = recording([recorded(operation, variables ?? [], sides.base.api)])
  const verdicts = {
    trusted: judgeUsage(breaking, { ...schemas, trusted, recorded: nobody }).verdict,
    recorded: judgeUsage(breaking, { ...schemas, trusted: [], recorded: sent }).verdict,
    unknown: judgeUsage(breaking, { ...schemas, trusted: [], recorded: null }).verdict,
  }
  return { changes, verdicts, inspector: inspectorAlone(sides.base.api, sides.head.api) }
}

function recording(operations: UsageExport['operations']): UsageExport {
  return { version: 1, from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z', operations }
}

function recorded(text: string, variables: readonly string[], base: GraphQLSchema) {
  const document = print(parse(text))
  const coordinates = [...usesOf(parse(text), base).inText].filter((one) => /[.(]/.test(one))
  const clients = [{ name: 'web', version: '1', count: 7, lastUsed: '2026-10-31T00:00:00.000Z' }]
  return {
    signature: document,
    name: 'Recorded',
    document,
    coordinates: [...coordinates, ...variables],
    clients,
  }
}

/** The worst that `@graphql-inspector/core` alone says of the two API schemas. */
function inspectorAlone(base: GraphQLSchema, head: GraphQLSchema): 'breaking' | 'dangerous' | 'safe' {
  const levels = diffSchema(base, head).map(({ criticality }) => criticality.level)
  if (levels.includes(CriticalityLevel.Breaking)) return 'breaking'
  return levels.includes(CriticalityLevel.Dangerous) ? 'dangerous' : 'safe'
}
