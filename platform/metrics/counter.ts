import type { Sample } from './sampled.ts'

/** A counter with one label. Its values must be from a fixed set, because each stays for the life of the process. */
export class Counter<Value extends string = string> {
  readonly #label: string
  readonly #counts = new Map<Value, number>()

  /** @param values values that are shown as 0 before they occur */
  constructor(label: string, values: readonly Value[] = []) {
    this.#label = label
    for (const value of values) this.#counts.set(value, 0)
  }

  add(value: Value): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1)
  }

  has(value: Value): boolean {
    return this.#counts.has(value)
  }

  *samples(labels: Readonly<Record<string, string>> = {}): Iterable<Sample> {
    for (const [value, count] of this.#counts) {
      yield { labels: { ...labels, [this.#label]: value }, value: count }
    }
  }
}
