/** One change to the text of a source file, named by its path from the root of the repository. */
export type Piece = { readonly file: string; readonly find: string; readonly replace: string }

/**
 * Changes a source text.
 *
 * @param name of the plant or failpoint, for the message
 * @throws Error if the text to replace does not occur exactly once. The source has then changed, and the bug would not
 *   be planted
 */
export function patch(source: string, { file, find, replace }: Piece, name: string): string {
  const parts = source.split(find)
  if (parts.length === 2) return parts.join(replace)
  throw new Error(
    `${name} cannot be planted: ${file} has this text ${parts.length - 1} times, not once. Change test/chaos/loader \
together with the source:\n${find}`,
  )
}
