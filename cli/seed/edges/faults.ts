/** Malformed lines reported one by one. */
const SHOWN = 20

/** Reports malformed lines: the first ones each, the others as a count. */
export function createFaults(path: string, log: (line: string) => void) {
  let count = 0
  return {
    report(lineNumber: number, reason: string): void {
      if (++count <= SHOWN) log(`${path}, line ${lineNumber}: ${reason}; passed over`)
    },
    summarise(): void {
      if (count > SHOWN)
        log(`${path}: ${(count - SHOWN).toLocaleString('en-US')} more malformed lines, passed over`)
    },
  }
}
