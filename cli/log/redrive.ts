import { listParked, redrive } from '../../patterns/change-log/index.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { findConsumer } from './consumers.ts'
import type { Installation } from './installation.ts'
import { openDatabase } from './open-database.ts'
import { count, plain } from './plain.ts'

/** Maximum number of keys in a message. */
const MAX_NAMED = 5

/**
 * Applies the parked events of one key, or of all keys if `key` is null, as the consumer itself would. Prints the
 * result of each key.
 *
 * @returns whether all events of these keys were applied
 */
export async function redriveParked(
  installation: Installation,
  { consumer: text, key: wanted }: { consumer: string; key: string | null },
  print: (line: string) => void,
): Promise<boolean> {
  const { name, database: where, handler } = findConsumer(text)
  await using database = await openDatabase(installation, where)
  const keys = (await listParked(database.sql, name)).map(({ key }) => key)
  if (wanted !== null && !keys.includes(wanted)) throw new UserFacingError(notParked(text, wanted, keys))
  if (keys.length === 0) print(`${text} has no parked keys.`)
  let ok = true
  for (const key of wanted === null ? keys : [wanted]) {
    const outcome = await redrive(database.transact, name, key, handler)
    const applied = `${count(outcome.events, 'event')} applied`
    if (outcome.kind === 'parked') ok = false
    print(plain(`${key}: ${outcome.kind === 'done' ? applied : `${applied}, then still ${outcome.reason}`}`))
  }
  return ok
}

function notParked(consumer: string, key: string, keys: readonly string[]): string {
  const named = keys.slice(0, MAX_NAMED).join(', ')
  const more = keys.length > MAX_NAMED ? `, and ${keys.length - MAX_NAMED} more` : ''
  const known = keys.length === 0 ? 'Nothing is.' : `These are: ${named}${more}.`
  return plain(`The key ${JSON.stringify(key)} of ${consumer} is not parked. ${known}`)
}
