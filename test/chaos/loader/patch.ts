/** One change to the text of a source file, named by its path from the root of the repository. */
export type Piece = { readonly file: string; readonly find: string; readonly replace: string }

/**
 * Changes a source text.
 *
 * @param name of the plant or failpoint, for the message
 * @throws Error when the text to be replaced is not there exactly once: the source has moved on, and what was to be
 *   planted would not be
 */
export function patch(source: string, { file, find, replace }: Piece, name: string): string {
  const parts = source.split(find)
  if (parts.length === 2) return parts.join(replace)
  throw new Error(
    `${name} cannot be planted: ${file} has this text ${parts.length - 1} times, not once. Change test/chaos/loader \
together with the source:\n${find}`,
  )
}
