/*
 * A mention is `@` and a handle (subgraphs/users/domain/handle.ts), in upper or lower case, that is not part of a longer
 * word or of an address. A wrong mention notifies the wrong user and changes the text when they are renamed. A missed
 * mention is only a word without a link. So when in doubt, it is not a mention.
 *
 * Word boundaries follow Unicode (UAX #29). A word consists of letters, digits and connecting punctuation. Combining marks
 * and format characters belong to the character before them (rule WB4); a zero-width space does not. Characters of scripts
 * without spaces (中文, ไทย) do not form a word with their neighbours. Two tailorings, which UAX #29 allows: a Hangul
 * particle may follow a mention (`@alice님`), and so may an apostrophe (`@alice's`).
 */

/** Scripts without spaces. Their letters may be next to a mention. */
const SPACELESS = String.raw`\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}`
const WORD = String.raw`[[\p{L}\p{Nl}\p{Nd}\p{Pc}]--[${SPACELESS}]]`
const WORD_AFTER = String.raw`[[\p{L}\p{Nl}\p{Nd}\p{Pc}]--[${SPACELESS}\p{Script=Hangul}]]`
const EXTEND = String.raw`[[\p{M}\p{Cf}]--\u200b]`
/** Keycap emoji, which begin with a digit or `#`. */
const KEYCAP = String.raw`[0-9#*]\ufe0f?\u20e3`
/** Characters inside email and web addresses. Quotes, brackets and sentence punctuation are not among them. */
const JOINER = String.raw`[@＠=.+\-:\/&#%~\\\u2010\u2011]`

/** `@` comes first in the expression, so that texts without it cost nothing. */
const CANDIDATE = new RegExp(
  String.raw`@(?<!(?!${KEYCAP})(?:${WORD}|${JOINER})${EXTEND}*@)([A-Za-z][A-Za-z0-9_]{2,29})` +
    String.raw`(?!${EXTEND}*(?:${WORD_AFTER}|[@＠])|(?!\ufe0f)\p{M}|[.:\-\/]${WORD_AFTER})`,
  'gv',
)

/** Ends an address in a text: white space or an enclosing character. */
const ADDRESS_END = /[\s<>"\p{Pi}\p{Pf}\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]/gv
/** Found only in addresses: `https://`, `www.`, `x.org/`, `x.org:8080/`, `x.org?`. Bounded, so that matching is linear. */
const ADDRESS = /:\/\/|(?<![\p{L}\p{N}])www\.|\.[\p{L}\p{N}\-]{2,63}(?::\d{1,5})?[\/?#]/giv

/** `@` and a handle, as typed, at `start` in UTF-16 units. */
export type Candidate = { start: number; typed: string; handle: string }

/** All mentions of a text, with handles in lower case. A handle may belong to no user. */
export function* candidatesIn(text: string): Generator<Candidate> {
  let addresses: readonly Span[] | undefined
  let next = 0
  for (const { 0: typed, 1: handle = '', index: start } of text.matchAll(CANDIDATE)) {
    addresses ??= addressesIn(text)
    while ((addresses[next]?.end ?? Infinity) <= start) next++
    if ((addresses[next]?.start ?? Infinity) < start) continue
    yield { start, typed, handle: handle.toLowerCase() }
  }
}

type Span = { start: number; end: number }

/** The ranges of addresses in a text, in order. */
function addressesIn(text: string): Span[] {
  const spans: Span[] = []
  let end = 0
  for (const { index: start } of text.matchAll(ADDRESS)) {
    if (start < end) continue
    ADDRESS_END.lastIndex = start
    end = ADDRESS_END.exec(text)?.index ?? text.length
    spans.push({ start, end })
  }
  return spans
}
