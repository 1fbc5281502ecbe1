import { readFileSync } from 'node:fs'

/** How often the file is read. Milliseconds. */
const EVERY_MS = 50

/**
 * Makes the wall clock of this process wrong by the number of milliseconds in a file, from now on. Without the file, it is
 * right. Monotonic clocks and timers are not changed.
 */
export function skewClock(file: string): void {
  const right = Date.now
  let skewMs = readSkew(file)
  setInterval(() => (skewMs = readSkew(file)), EVERY_MS).unref()
  const now = () => right() + skewMs
  globalThis.Date = new Proxy(Date, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    get: (target, name, receiver) =>
      name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown),
  })
}

function readSkew(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}
