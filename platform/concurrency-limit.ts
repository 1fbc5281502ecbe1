export type TurnstileOptions = {
  atOnce: number
  /** How many may wait. @default any number */
  waiting?: number
  /** What whoever comes when that many wait is refused with. */
  refuse?: () => Error
}

/** Runs at most `atOnce` jobs at once, in the order they came. */
export function concurrencyLimit({ atOnce, waiting = Infinity, refuse = full }: TurnstileOptions) {
  const queue: (() => void)[] = []
  let running = 0
  return async <Result>(job: () => Promise<Result>): Promise<Result> => {
    if (running < atOnce) running++
    else if (queue.length >= waiting) throw refuse()
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await job()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
}

function full(): Error {
  return new Error('too many are waiting')
}
