/** What is wrong with Redis, and in `text` what to do as well. */
export type RedisFault = { kind: 'unreachable' | 'refused' | 'other'; text: string }

/** The first word of an error reply: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const REMEDIES: Readonly<Record<string, string>> = {
  WRONGPASS: 'Correct the user and password in REDIS_URL.',
  NOAUTH: 'Put the password into REDIS_URL: redis://:password@host.',
  NOPERM: 'Give its user more rights, or another user in REDIS_URL.',
  READONLY: 'It is a replica: give the address of the primary in REDIS_URL.',
  OOM: 'It is out of memory: raise its maxmemory, or use it for less.',
  MISCONF: 'It cannot write to its disk: make room, or set stop-writes-on-bgsave-error to no.',
  LOADING: 'It is still loading its data: wait.',
  MASTERDOWN: 'It is a replica without its primary: give the address of the primary in REDIS_URL.',
  WRONGTYPE:
    'Somebody else uses the same key: give each installation a Redis, or a database of it, of its own.',
}

const UNREACHABLE = /ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE/

/** Says what an error of the Redis client means. */
export function explainFault(error: unknown): RedisFault {
  const message = messageOf(error)
  const [word = ''] = message.split(' ', 1)
  const remedy = REMEDIES[word]
  if (remedy) return { kind: 'refused', text: `Redis refuses: ${message.replace(/\.?$/, '.')} ${remedy}` }
  if (isReply(error)) return { kind: 'other', text: `Redis refuses: ${message}` }
  return {
    kind: 'unreachable',
    text: `Redis cannot be reached: ${message}. Start it, or correct REDIS_URL.`,
  }
}

/** An error that Redis itself sent begins with a word in capitals. */
function isReply(error: unknown): boolean {
  const message = messageOf(error)
  return /^[A-Z]{3,} /.test(message) && !UNREACHABLE.test(message)
}

/** A connection that fails at several addresses has its reasons inside. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0])
  return error instanceof Error ? error.message || error.name : String(error)
}
