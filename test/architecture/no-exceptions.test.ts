import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../platform/root.ts'

const EXCEPTIONS = ['lint-disable', 'lint-enable', '@ts-ignore', '@ts-nocheck', '@ts-expect-error'].map(
  (word) => new RegExp(`(//|/\\*).*${word}`),
)

test('no file disables the linter or the type checker', async () => {
  const offenders: string[] = []
  for await (const file of glob(
    '{bench,cli,contracts,docs,gateway,local,patterns,platform,service,subgraphs,test}/**/*.ts',
    {
      cwd: root,
      exclude: ['**/node_modules/**'],
    },
  )) {
    const lines = (await readFile(join(root, file), 'utf8')).split('\n')
    const at = lines.findIndex((line) => EXCEPTIONS.some((exception) => exception.test(line)))
    if (at >= 0) offenders.push(`${file}:${at + 1}`)
  }
  // That test contains one as text, to check that it is reported.
  expect(offenders.filter((place) => !place.startsWith('test/architecture/import-rules.test.ts:'))).toEqual(
    [],
  )
})
