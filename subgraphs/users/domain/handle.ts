/** The form of a handle in lower case. */
const FORM = /^[a-z][a-z0-9_]{2,29}$/

/** Handles are stored and compared in lower case. */
export function normalizeHandle(handle: string): string {
  return handle.toLowerCase()
}

export function isHandle(normalized: string): boolean {
  return FORM.test(normalized)
}

/** The fault of a normalized handle, or null. */
export function handleFault(normalized: string): string | null {
  if (isHandle(normalized)) return null
  const shown = normalized.length > 60 ? `${normalized.slice(0, 60)}…` : normalized
  if (normalized.startsWith('@') && isHandle(normalized.slice(1))) {
    return `${JSON.stringify(shown)} is not a handle. Leave out the @: ${JSON.stringify(normalized.slice(1))}.`
  }
  return `${JSON.stringify(shown)} is not a handle. Use 3 to 30 of a-z, 0-9 and _, starting with a letter.`
}
