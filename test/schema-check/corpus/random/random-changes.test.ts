import {
  buildASTSchema,
  buildSchema,
  parse,
  print,
  validate,
  validateSchema,
  type GraphQLSchema,
} from 'graphql'
import { validateSDL } from 'graphql/validation/validate.js'
import { expect, test } from 'vitest'
import { judgeChanges } from '../../../../schema/check/changes/judge-changes.ts'
import { judgeUsage } from '../../../../schema/check/usage/judge-usage.ts'
import { usesOf } from '../../../../schema/check/usage/operation-uses.ts'
import { seededRandom, type Random } from '../../../engine/random.ts'
import { changed } from './change.ts'
import { operationOf } from './operation.ts'
import { BASE } from './schema.ts'
import { shapeChange } from './shape.ts'

const SEEDS = 400
const OPERATIONS = 4
const base = buildSchema(BASE)

/** Up to three changes. Null if the result is not a valid schema. */
function headOf(random: Random): GraphQLSchema | null {
  let document = parse(BASE)
  for (let i = random.int(3); i >= 0; i--) document = changed(document, random)
  if (document.definitions.length === 0 || validateSDL(document).length > 0) return null
  const head = buildASTSchema(document, { assumeValidSDL: true })
  return validateSchema(head).length > 0 ? null : head
}

const WINDOW = { version: 1, from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' } as const
const CLIENTS = [{ name: 'web', version: '1', count: 7, lastUsed: '2026-10-31T00:00:00.000Z' }]

/** The verdicts on an operation that is trusted, and on one that is recorded. */
function verdictsOf(text: string, head: GraphQLSchema): string[] {
  const document = parse(text)
  const { breaking } = judgeChanges({ api: base, subgraphs: null }, { api: head, subgraphs: [] })
  const common = { base, head, exceptions: [], windowDays: 30, today: '2026-11-01' }
  const trusted = [{ name: 'A', file: 'a.graphql', line: 1, document, owner: null }]
  const coordinates = [...usesOf(document, base).inText].filter((one) => /[.(]/.test(one))
  const operation = { signature: 's', name: 'A', document: print(document), coordinates, clients: CLIENTS }
  return [
    judgeUsage(breaking, { ...common, trusted, recorded: { ...WINDOW, operations: [] } }),
    judgeUsage(breaking, { ...common, trusted: [], recorded: { ...WINDOW, operations: [operation] } }),
  ].map(({ verdict }) => verdict)
}

test('random changes fail if and only if an operation becomes invalid or can get other values', () => {
  const judged = { failed: 0, passed: 0 }
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = seededRandom(seed)
    const head = headOf(random)
    if (!head) continue
    for (let i = 0; i < OPERATIONS; i++) {
      const text = operationOf(base, random)
      const document = parse(text)
      // Two of its fields conflict.
      if (validate(base, document).length > 0) continue
      const change = validate(head, document).length > 0 ? 'other' : shapeChange(document, base, head)
      if (change === 'unclear') continue
      const verdict = change === 'none' ? 'passed' : 'failed'
      expect(verdictsOf(text, head), `seed ${seed}: ${text}`).toEqual([verdict, verdict])
      judged[verdict]++
    }
  }
  expect(Math.min(judged.failed, judged.passed)).toBeGreaterThan(50)
})
