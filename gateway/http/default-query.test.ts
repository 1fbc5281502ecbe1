import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { DEFAULT_QUERY } from './default-query.ts'

test('the README shows the profile query', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  expect(readme).toContain(`"query": ${JSON.stringify(DEFAULT_QUERY.replaceAll(/\s+/g, ' '))}`)
})
