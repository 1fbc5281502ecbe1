import { isDeepStrictEqual } from 'node:util'
import { UserFacingError } from '../../platform/lifecycle.ts'
import type { Contender, Page } from './contender.ts'

/**
 * Checks that all contenders return the same page for each of these people.
 *
 * @throws UserFacingError that names the first page that differs, and the difference
 */
export async function requireSamePages(
  contenders: readonly Contender[],
  handles: readonly string[],
): Promise<void> {
  for (const handle of handles) {
    const pages = await Promise.all(contenders.map((contender) => readPage(contender, handle)))
    const [first] = pages
    for (const [i, page] of pages.entries()) {
      if (isDeepStrictEqual(page, first)) continue
      throw new UserFacingError(
        `The page of ${handle} is not the same: ${contenders[0]?.name} says ${JSON.stringify(first)}, \
${contenders[i]?.name} says ${JSON.stringify(page)}.`,
      )
    }
  }
}

async function readPage(contender: Contender, handle: string): Promise<Page> {
  const response = await fetch(contender.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: contender.body(handle),
  })
  const result = (await response.json()) as { data?: unknown; errors?: unknown }
  if (result.errors || !result.data) {
    throw new UserFacingError(
      `${contender.name} could not answer for ${handle}: ${response.status} ${JSON.stringify(result)}`,
    )
  }
  return contender.read(result.data)
}
