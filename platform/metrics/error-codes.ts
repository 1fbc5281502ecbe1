import { ERRORS } from '../../contracts/errors.ts'
import { Counter } from './counter.ts'

/** Counts errors by their code. Codes that are not in our table, as other people's subgraphs have them, are `other`. */
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
