import { createHash } from 'node:crypto'
import type { SendCommand } from './command.ts'

/** Runs a Redis script by its hash. If Redis does not have it (at first, and after a restart), its text is sent. */
export function redisScript(
  send: SendCommand,
  text: string,
): (keys: readonly string[], args: readonly string[]) => Promise<unknown> {
  const hash = createHash('sha1').update(text).digest('hex')
  return async (keys, args) => {
    const rest = [String(keys.length), ...keys, ...args]
    try {
      return await send(['EVALSHA', hash, ...rest])
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return send(['EVAL', text, ...rest])
    }
  }
}
