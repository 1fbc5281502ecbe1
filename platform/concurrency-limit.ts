export type ConcurrencyLimitOptions = {
  atOnce: number
  /** Maximum number of waiting jobs. @default unlimited */
  waiting?: number
  /** Creates the error for a job that comes while the queue is full. */
  refuse?: () => Error
}

/** Runs at most `atOnce` jobs concurrently, in the order of the calls. */
export function concurrencyLimit({ atOnce, waiting = Infinity, refuse = full }: ConcurrencyLimitOptions) {
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
