import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, services } from '../../cli/layout.ts'

test.for(services)('the log of %s has the tables of the pattern', async (service) => {
  const folder = join(root, 'prisma', service, 'migrations')
  const name = (await readdir(folder)).find((each) => each.endsWith('_change_log')) ?? ''
  const text = await readFile(join(folder, name, 'migration.sql'), 'utf8')
  expect(text).toBe(await readFile(join(root, 'patterns/change-log/sql/log.sql'), 'utf8'))
})
