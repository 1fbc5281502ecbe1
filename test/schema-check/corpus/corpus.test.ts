import { beforeAll, describe, expect, test } from 'vitest'
import { FEDERATION_ACCESS } from './federation-access.ts'
import { FEDERATION_ENTITIES } from './federation-entities.ts'
import { FEDERATION_FIELDS } from './federation-fields.ts'
import { FEDERATION_VISIBILITY } from './federation-visibility.ts'
import { FIELDS } from './fields.ts'
import { INPUTS } from './inputs.ts'
import { judgeCase } from './judge-case.ts'
import type { SchemaCase } from './schema-case.ts'
import { tableOf } from './table.ts'
import { TYPES } from './types.ts'

const GROUPS: Readonly<Record<string, readonly SchemaCase[]>> = {
  'Fields and their types': FIELDS,
  'Arguments and input fields': INPUTS,
  'Types, enums, unions, interfaces and directives': TYPES,
  'Federation: fields of several subgraphs': FEDERATION_FIELDS,
  'Federation: entities and subgraphs': FEDERATION_ENTITIES,
  'Federation: what clients may see': FEDERATION_VISIBILITY,
  'Federation: who has access': FEDERATION_ACCESS,
}
const CASES = Object.values(GROUPS).flat()

/** What the stage *usage* says of trusted operations, of recorded ones, and without a recording. */
const JUDGED = {
  breaks: { trusted: 'failed', recorded: 'failed', unknown: 'failed' },
  unused: { trusted: 'passed', recorded: 'passed', unknown: 'failed' },
  dangerous: { trusted: 'passed', recorded: 'passed', unknown: 'passed' },
  safe: { trusted: 'passed', recorded: 'passed', unknown: 'passed' },
}

describe('a change of a schema is judged by the operations that it breaks', () => {
  const judged = new Map<SchemaCase, ReturnType<typeof judgeCase>>()
  beforeAll(() => {
    for (const one of CASES) judged.set(one, judgeCase(one))
  })
  const outcomeOf = (one: SchemaCase) => {
    const outcome = judged.get(one)
    if (!outcome) throw new Error(`not judged: ${one.name}`)
    return outcome
  }

  test.each(CASES.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const { changes, verdicts } = outcomeOf(one)
    const codes = changes.filter(({ level }) => level !== 'safe').map(({ code }) => code)
    expect({ verdicts, codes: codes.toSorted() }).toEqual({
      verdicts: JUDGED[one.verdict],
      codes: one.codes.toSorted(),
    })
    for (const { message, remedy, place, subgraph } of changes.filter(({ level }) => level === 'breaking')) {
      expect({ message, remedy, place, subgraph }).toEqual({
        message: expect.stringContaining('. ') as string,
        remedy: expect.any(String) as string,
        place: expect.objectContaining({ line: expect.any(Number) as number }) as object,
        subgraph: expect.any(String) as string,
      })
    }
  })

  test('README.md compares the verdicts with those of the inspector alone (written by `vitest -u`)', async () => {
    await expect(tableOf(GROUPS, (one) => outcomeOf(one).inspector)).toMatchFileSnapshot('README.md')
  })
})
