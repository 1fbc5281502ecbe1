/** A fault of Redis. `text` describes the fault and its remedy. */
export type RedisFault = { kind: 'unreachable' | 'refused' | 'other'; text: string }

/** Remedies by the first word of an error reply: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const REMEDIES: Readonly<Record<string, string>> = {
  WRONGPASS: 'Correct the user and password in REDIS_URL.',
  NOAUTH: 'Put the password into REDIS_URL: redis://:password@host.',
  NOPERM: 'Give its user more permissions, or set another user in REDIS_URL.',
  READONLY: 'It is a replica: use the address of the primary in REDIS_URL.',
  OOM: 'It is out of memory: increase its maxmemory, or store less in it.',
  MISCONF: 'It cannot write to its disk: free some space, or set stop-writes-on-bgsave-error to no.',
  LOADING: 'It is still loading its data: wait.',
  MASTERDOWN: 'It is a replica without its primary: use the address of the primary in REDIS_URL.',
  WRONGTYPE:
    'Another program uses the same key. Give each installation its own Redis, or its own database in it.',
}

/** Our own reasons for unclear messages of ioredis and Node. */
const REASONS: readonly [message: RegExp, reason: string][] = [
  [/^Socket timeout|^Command timed out/, 'no reply within the time allowed'],
  [/^Connection is closed|^Reached the max retries|^Stream isn't writeable/, 'it closed the connection'],
  [/^Unknown RESP type/, 'the server is not a Redis'],
]

/** Remedies for faults that are not fixed by starting Redis. */
const UNREACHABLE: readonly [message: RegExp, remedy: string][] = [
  [/does not match certificate/, 'Use the host name of the certificate in REDIS_URL.'],
  [/certificate/, 'If your own authority has signed it, put its certificate into NODE_EXTRA_CA_CERTS.'],
]

/** Explains an error of the Redis client. */
export function explainFault(error: unknown): RedisFault {
  const message = messageOf(error)
  if (isReply(error)) {
    const [word = ''] = message.split(' ', 1)
    const remedy = REMEDIES[word]
    if (!remedy) return { kind: 'other', text: `Redis refuses: ${message}` }
    return { kind: 'refused', text: `Redis refuses: ${message.replace(/\.?$/, '.')} ${remedy}` }
  }
  const [, reason = message] = REASONS.find(([pattern]) => pattern.test(message)) ?? []
  const [, remedy] = UNREACHABLE.find(([pattern]) => pattern.test(message)) ?? []
  return {
    kind: 'unreachable',
    text: `Redis cannot be reached: ${reason.replace(/\.$/, '')}. ${remedy ?? 'Start it, or correct REDIS_URL.'}`,
  }
}

/** Whether Redis itself sent this error. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError'
}

/** The error of a connection that fails at several addresses contains one error per address. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0])
  return error instanceof Error ? error.message || error.name : String(error)
}
