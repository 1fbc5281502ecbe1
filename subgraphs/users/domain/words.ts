/** What stands between words: white space and ASCII punctuation. `name_words` in the migration has the same set. */
const BETWEEN = /[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a0\u2000-\u200a\u3000]+/

/** The words of a text, lower case, without punctuation. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().split(BETWEEN).filter(Boolean)
}
