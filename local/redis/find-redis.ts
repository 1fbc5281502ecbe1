import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Programs that speak Redis, the first found is used. */
const PROGRAMS = ['redis-server', 'valkey-server'] as const

/**
 * Finds a Redis server program.
 *
 * @param path folders to look in, as in the variable PATH
 * @returns its absolute path, or null when there is none
 */
export async function findRedis(path: string): Promise<string | null> {
  const candidates = PROGRAMS.flatMap((program) =>
    path
      .split(delimiter)
      .filter(Boolean)
      .map((folder) => join(folder, program)),
  )
  for (const candidate of candidates) if (await isExecutable(candidate)) return candidate
  return null
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
