import type { Checker } from './history.ts'

/** Who reads under a token sees every write that it names. */
export const readYourWrites: Checker = ({ reads }) =>
  reads.flatMap(({ written, saw }) =>
    written
      .filter((operation) => !saw.includes(operation))
      .map((operation) => `a read under the token of ${written.join(', ')} did not show ${operation}`),
  )
