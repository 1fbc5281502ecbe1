import { ERRORS } from '../../contracts/errors.ts'
import { Counter } from './counter.ts'

/** Counts errors by code. A code that is not in `ERRORS`, for example of a third-party subgraph, counts as `other`. */
export class ErrorCodes {
  readonly #counts = new Counter('code', [
    ...Object.entries(ERRORS).flatMap(([code, { where }]) => (where === 'payload' ? [] : [code])),
    'other',
  ])

  add(code: unknown): void {
    this.#counts.add(typeof code === 'string' && this.#counts.has(code) ? code : 'other')
  }

  samples = () => this.#counts.samples()
}
