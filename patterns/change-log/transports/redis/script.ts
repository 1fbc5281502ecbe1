import { createHash } from 'node:crypto'
import type { SendCommand } from './command.ts'

/** Runs a script of Redis by its hash. It is sent whole where Redis does not know it: the first time, and after a restart. */
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
