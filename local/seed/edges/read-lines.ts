import { createReadStream } from 'node:fs'
import { UserFacingError } from '../../../platform/lifecycle.ts'

/**
 * Maximum length of a line; longer lines are cut. No edge is that long, and a file without line ends must not fill the
 * memory.
 */
export const MAX_LINE = 64 * 1024

const CHUNK_BYTES = 1024 * 1024

/**
 * The lines of a text file, a few thousand at a time.
 *
 * @throws UserFacingError if the file does not exist, can't be read, or is compressed
 */
export async function* readLines(path: string): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  let isFirst = true
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
      const bytes: Buffer = chunk
      if (isFirst) refuseCompressed(path, bytes)
      isFirst = false
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = (lines.pop() ?? '').slice(0, MAX_LINE + 1)
      yield lines
    }
  } catch (error) {
    throw error instanceof Error && 'code' in error ? unreadable(path, error.code, error.message) : error
  }
  rest += decoder.decode()
  if (rest !== '') yield [rest]
}

/** Checks that the file is readable text before any slow work starts. @throws UserFacingError as `readLines` does */
export async function requireReadable(path: string): Promise<void> {
  for await (const _ of readLines(path)) return
}

function refuseCompressed(path: string, bytes: Buffer): void {
  const kind = MAGIC.find(([magic]) => bytes.subarray(0, magic.length).equals(magic))?.[1]
  if (kind)
    throw new UserFacingError(
      `The edge list ${path} is compressed (${kind}). Unpack it and give the text file.`,
    )
}

const MAGIC: readonly (readonly [Buffer, string])[] = [
  [Buffer.from([0x1f, 0x8b]), 'gzip'],
  [Buffer.from('PK\x03\x04'), 'zip'],
  [Buffer.from('BZh'), 'bzip2'],
]

function unreadable(path: string, code: unknown, message: string): UserFacingError {
  const reasons = new Map<unknown, string>([
    ['ENOENT', 'there is no such file. Check the path after --edges'],
    ['EISDIR', 'it is a folder. Give a file'],
    ['EACCES', 'its permissions do not allow it. Make it readable for this user'],
  ])
  return new UserFacingError(`Cannot read the edge list ${path}: ${reasons.get(code) ?? message}.`)
}
