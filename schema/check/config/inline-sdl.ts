import { isScalar, Scalar } from 'yaml'

/**
 * The SDL of a config's `sdl:`, with white space before it, so that each line and column is that of the config file.
 *
 * @param config text of the file
 * @param node of `sdl`
 * @param sdl its value. Variables of the environment are replaced
 * @param expand replaces the variables in a text
 */
export function inlineSdl(
  config: string,
  node: unknown,
  sdl: string,
  expand: (text: string) => string,
): string {
  if (!isScalar(node) || !node.range) return sdl
  const [start, end] = node.range
  const firstLine =
    start + (/^[|>]/.test(config.slice(start, end)) ? config.slice(start).indexOf('\n') + 1 : 0)
  const isQuoted = node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE
  const [from, to] = isQuoted ? [start + 1, end - 1] : [firstLine, end]
  const inPlace = blankOf(config.slice(0, from)) + expand(config.slice(from, to))
  // Escapes and joined lines have no place of their own: the first line counts. In block scalars, a comment ends with its line.
  const isSame = node.type !== Scalar.BLOCK_FOLDED && withoutSpace(inPlace) === withoutSpace(sdl)
  return isSame ? inPlace : `${config.slice(0, from).replaceAll(/[^\n]/g, '')}${sdl}`
}

/** Lines as long as those of the text, without anything in them. */
const blankOf = (text: string) => text.replaceAll(/[^\r\n]/g, ' ')
const withoutSpace = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
