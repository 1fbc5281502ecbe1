import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../platform/root.ts'
import { services, topology } from '../../contracts/topology.ts'

test.for(services)('the log of %s has the tables of the pattern', async (service) => {
  const folder = join(root, 'prisma', service, 'migrations')
  const names = (await readdir(folder)).filter((each) => each.includes('_change_log')).toSorted()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name, 'migration.sql'), 'utf8')))
  expect(texts.join('\n')).toBe(await readFile(join(root, 'patterns/change-log/sql/log.sql'), 'utf8'))
})

const statementsOf = (text: string) =>
  text
    .replaceAll(/--.*/g, '')
    .split(';')
    .map((statement) => statement.replaceAll(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '')

test.for(services.filter((service) => topology[service].follows.length > 0))(
  'the consumers of %s have the tables of the pattern',
  async (service) => {
    const folder = join(root, 'prisma', service, 'migrations')
    const names = (await readdir(folder, { withFileTypes: true })).filter((each) => each.isDirectory())
    const texts = await Promise.all(
      names.map(({ name }) => readFile(join(folder, name, 'migration.sql'), 'utf8')),
    )
    const pattern = await readFile(join(root, 'patterns/change-log/sql/consumer.sql'), 'utf8')
    expect(texts.flatMap(statementsOf)).toEqual(expect.arrayContaining(statementsOf(pattern)))
  },
)
