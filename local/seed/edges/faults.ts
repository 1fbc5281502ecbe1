/** Maximum number of malformed lines that are reported individually. */
const SHOWN = 20

export type Faults = { report(lineNumber: number, reason: string): void; summarise(): void }

/** Reports malformed lines: the first ones individually, the rest as a count. */
export function createFaults(path: string, log: (line: string) => void): Faults {
  let count = 0
  return {
    report(lineNumber, reason) {
      if (++count <= SHOWN) log(`${path}, line ${lineNumber}: ${reason}; skipped`)
    },
    summarise() {
      if (count > SHOWN)
        log(`${path}: ${(count - SHOWN).toLocaleString('en-US')} more malformed lines, skipped`)
    },
  }
}
