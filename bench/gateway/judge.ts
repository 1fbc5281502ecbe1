import { isDeepStrictEqual } from 'node:util'
import { UserFacingError } from '../../platform/lifecycle.ts'

/** One in this number of responses is compared byte by byte; of the others only the length is compared. */
const SAMPLE = 16

/** Checks the responses of one contender. */
export type Judge = {
  /** Compares the response with the reference as JSON, and stores its bytes. @throws UserFacingError */
  learn(key: number, head: string, body: Buffer): void
  /** Compares the response with the stored bytes. @throws UserFacingError */
  judge(key: number, head: string, body: Buffer): void
}

/** @param references the correct responses as JSON, by key */
export function createJudge(contender: string, references: readonly string[]): Judge {
  const learnt: Buffer[] = []
  let judged = 0

  function refuse(key: number, wanted: string, head: string, body: Buffer): never {
    const [status] = head.split('\r\n')
    throw new UserFacingError(
      `${contender} gave a wrong answer to request ${key}: ${status}\n${cut(body.toString())}\ninstead of\n${cut(wanted)}`,
    )
  }

  return {
    learn(key, head, body) {
      const reference = references[key] ?? ''
      if (!isOk(head) || !isDeepStrictEqual(parse(body), JSON.parse(reference)))
        refuse(key, reference, head, body)
      learnt[key] = Buffer.from(body)
    },
    judge(key, head, body) {
      const known = learnt[key]
      const whole = judged++ % SAMPLE === 0
      const same = isOk(head) && known?.length === body.length && (!whole || known.equals(body))
      if (!same) refuse(key, known?.toString() ?? '', head, body)
    },
  }
}

const isOk = (head: string) => head.startsWith('HTTP/1.1 200')
const cut = (text: string) =>
  text.length > 500 ? `${text.slice(0, 500)} … (${text.length} characters)` : text

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
