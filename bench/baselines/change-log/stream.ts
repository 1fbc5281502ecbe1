/** Sends one command to Redis. */
type SendCommand = (args: string[]) => Promise<unknown>

/** Appends texts to a stream by one script a batch, as the change log does, but for its look at the top. */
export function streamAppender(send: SendCommand, key: string, keep: number) {
  return (texts: readonly string[]) => send(['EVAL', APPEND, '1', key, String(keep), ...texts])
}

const APPEND = `
for i = 2, #ARGV do redis.call('XADD', KEYS[1], '*', 'r', ARGV[i]) end
redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[1])
return #ARGV - 1`
