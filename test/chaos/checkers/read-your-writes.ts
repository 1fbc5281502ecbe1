import type { Checker } from './history.ts'

/** A read with a token returns every write in the token. */
export const readYourWrites: Checker = ({ reads }) =>
  reads.flatMap(({ written, saw }) =>
    written
      .filter((operation) => !saw.includes(operation))
      .map((operation) => `a read under the token of ${written.join(', ')} did not show ${operation}`),
  )
