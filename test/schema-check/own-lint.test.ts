import { expect, test } from 'vitest'
import { ownSubgraphs } from '../../schema/check/config/own-subgraphs.ts'
import { lint } from '../../schema/check/lint/lint.ts'
import { loadSubgraphs } from '../../schema/check/load/load-subgraphs.ts'

test('the SDL of this repository follows its own conventions', async () => {
  const { subgraphs, lint: options } = ownSubgraphs()
  const loaded = await loadSubgraphs(subgraphs)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  const { findings } = lint(loaded.value, options, '2026-11-30')
  expect(findings).toEqual([])
})
