import { setTimeout as delay } from 'node:timers/promises'
import { TIMEOUT_MS } from '../../support/timeout.ts'

/** Waits for a condition. @throws Error that names the condition if it does not occur */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const late = AbortSignal.timeout(TIMEOUT_MS)
  while (!(await condition())) {
    if (late.aborted) throw new Error(`It did not happen within ${TIMEOUT_MS / 1_000} s that ${what}.`)
    await delay(4)
  }
}
