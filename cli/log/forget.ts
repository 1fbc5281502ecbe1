import { forgetConsumer, listConsumers } from '../../patterns/change-log/index.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import type { DatabaseName } from '../../contracts/topology.ts'
import type { Installation } from './installation.ts'
import { openDatabase } from './open-database.ts'

/** Removes a consumer from a log. */
export async function forget(
  installation: Installation,
  { database: name, consumer }: { database: DatabaseName; consumer: string },
  print: (line: string) => void,
): Promise<void> {
  await using database = await openDatabase(installation, name)
  const names = (await listConsumers(database.sql)).map((each) => each.name)
  if (!names.includes(consumer)) {
    const known = names.length === 0 ? 'It has no consumers.' : `Known consumers: ${names.join(', ')}.`
    throw new UserFacingError(`${name} has no consumer ${JSON.stringify(consumer)}. ${known}`)
  }
  await forgetConsumer(database.sql, consumer)
  print(
    `${name} no longer retains events for ${consumer}. If it runs again, it is registered again within seconds.`,
  )
}
