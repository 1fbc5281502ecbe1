import { readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'

/** Paths relative to the package's folder: `target` is the link, `source` the file it leads to. */
const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/**
 * Makes the symbolic links that the package lists, those that are missing. Never fails: links that are there already,
 * also because another process was quicker, are as good, and whether the programs run is tried afterwards.
 */
export async function createLinks(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]')
  await Promise.all(
    Links.parse(JSON.parse(text)).map(async ({ source, target }) => {
      await symlink(relative(dirname(target), source), join(folder, target)).catch(() => {})
    }),
  )
}
