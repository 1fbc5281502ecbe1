import { Client } from 'pg'
import { describe, expect, inject, test } from 'vitest'
import { services, type Service } from '../../contracts/topology.ts'

/** A table of each service. */
const TABLES: Record<Service, string> = { users: 'users', posts: 'post', followers: 'follow_period' }
/** `insufficient_privilege` (https://www.postgresql.org/docs/18/errcodes-appendix.html). */
const FORBIDDEN = '42501'

const { databaseUrls } = inject('system')
const pairs = services.flatMap((from) =>
  services.filter((to) => to !== from).map((to) => [from, to] as const),
)

describe('a service owns its database', () => {
  test.each(services)('%s reads and writes its own tables', async (service) => {
    const rows = await query(databaseUrls[service], `select count(*)::int as count from ${TABLES[service]}`)
    expect(rows).toEqual([{ count: expect.any(Number) }])
  })

  test.each(pairs)('%s cannot connect to the database of %s', async (from, to) => {
    const url = new URL(databaseUrls[from])
    url.pathname = new URL(databaseUrls[to]).pathname
    await expect(query(url.href, `select * from ${TABLES[to]}`)).rejects.toMatchObject({ code: FORBIDDEN })
  })

  test.each(pairs)('%s cannot read tables of %s, even with a connection', async (from, to) => {
    const role = new URL(databaseUrls[from]).username
    const url = new URL(inject('superuserUrl'))
    url.pathname = new URL(databaseUrls[to]).pathname
    const statements = `set role "${role}"; select * from public.${TABLES[to]}`
    await expect(query(url.href, statements)).rejects.toMatchObject({ code: FORBIDDEN })
  })

  test.each(services)('%s cannot create roles or databases, or become another role', async (service) => {
    const url = databaseUrls[service]
    await expect(query(url, 'create role intruder')).rejects.toMatchObject({ code: FORBIDDEN })
    await expect(query(url, 'create database intruder')).rejects.toMatchObject({ code: FORBIDDEN })
    await expect(query(url, 'set role postgres')).rejects.toMatchObject({ code: FORBIDDEN })
  })

  test.each(services)('%s cannot connect to the maintenance databases', async (service) => {
    for (const name of ['postgres', 'template1']) {
      const url = new URL(databaseUrls[service])
      url.pathname = `/${name}`
      await expect(query(url.href, 'select 1')).rejects.toMatchObject({ code: FORBIDDEN })
    }
  })
})

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
