/**
 * A change of one key of a partition. Effects are absolute: applied twice in their order, they have the same result as
 * once. Commands that add to the current value, such as INCR, are not supported.
 */
export type Effect =
  | { command: 'SET'; key: string; value: string }
  | { command: 'DEL'; key: string }
  /** `seconds` is a whole number. */
  | { command: 'EXPIRE'; key: string; seconds: number }
  | { command: 'HSET'; key: string; fields: Readonly<Record<string, string>> }
  | { command: 'HDEL'; key: string; fields: readonly string[] }
  | { command: 'ZADD'; key: string; members: readonly { member: string; score: number }[] }
  | { command: 'ZREM'; key: string; members: readonly string[] }

/** Redis serves no other client while a script runs. 10,000 small effects take 42 ms. */
const MAX_EFFECTS = 1_000

/** Lua can unpack at most about 8,000 arguments. */
const MAX_ARGUMENTS = 4_000

/** Limit of all effects together. Redis serves nobody else meanwhile, and a command of 400,000 arguments cannot be sent. */
const MAX_ALL_ARGUMENTS = 20_000

/**
 * Encodes effects as the names of their keys, each once, and the arguments of the script.
 *
 * @throws RangeError if there are too many effects or arguments; also if an effect is too long, or if Redis would refuse it in the
 *   middle of the script, naming that effect
 */
export function encodeEffects(effects: readonly Effect[]): { names: string[]; args: string[] } {
  if (effects.length > MAX_EFFECTS) {
    throw new RangeError(
      `A batch has at most ${MAX_EFFECTS} effects, not ${effects.length}. Send several batches.`,
    )
  }
  const numbers = new Map<string, number>()
  const args = effects.flatMap((effect) => {
    const own = argumentsOf(effect)
    if (own.length > MAX_ARGUMENTS) throw wrong(effect, `at most ${MAX_ARGUMENTS} arguments`, own.length)
    const number = numbers.get(effect.key) ?? numbers.size + 1
    numbers.set(effect.key, number)
    return [effect.command, String(number), String(own.length), ...own]
  })
  if (args.length > MAX_ALL_ARGUMENTS) {
    throw new RangeError(
      `A batch has at most ${MAX_ALL_ARGUMENTS} arguments, not ${args.length}. Send several batches.`,
    )
  }
  return { names: [...numbers.keys()], args }
}

function argumentsOf(effect: Effect): string[] {
  switch (effect.command) {
    case 'SET':
      return [effect.value]
    case 'DEL':
      return []
    case 'EXPIRE':
      if (Number.isSafeInteger(effect.seconds) && effect.seconds > 0 && effect.seconds < 2 ** 31) {
        return [String(effect.seconds)]
      }
      throw wrong(effect, 'whole seconds from 1 on, below 2^31', effect.seconds)
    case 'HSET':
      return some(effect, Object.entries(effect.fields).flat())
    case 'ZADD': {
      const bad = effect.members.find(({ score }) => !Number.isFinite(score))
      if (bad) throw wrong(effect, 'finite scores', bad.score)
      return some(
        effect,
        effect.members.flatMap(({ member, score }) => [String(score), member]),
      )
    }
    case 'HDEL':
      return some(effect, effect.fields)
    case 'ZREM':
      return some(effect, effect.members)
  }
}

function some(effect: Effect, given: readonly string[]): string[] {
  if (given.length === 0) throw wrong(effect, 'one argument at least', 0)
  return [...given]
}

function wrong({ command, key }: Effect, expected: string, got: number): RangeError {
  return new RangeError(`${command} ${key}: expected ${expected}, got ${got}.`)
}
