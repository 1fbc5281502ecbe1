import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Programs that implement the Redis protocol, in order of preference. */
const PROGRAMS = ['redis-server', 'valkey-server'] as const

/**
 * Finds a Redis server program.
 *
 * @param path folders to search, in the format of the variable PATH
 * @returns its absolute path, or null if there is none
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
