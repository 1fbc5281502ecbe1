/*
 * What is a mention: `@` and a handle (subgraphs/users/domain/handle.ts), upper or lower case, that is neither a part of
 * a longer word nor of an address. A wrong mention notifies somebody and changes another person's text on a rename; a
 * missed one is a word without a link. So in doubt it is no mention.
 *
 * Words are those of Unicode (UAX #29): letters, digits and connecting punctuation; combining marks and format characters
 * belong to the character before them (rule WB4), a zero-width space does not. As there, scripts that are written without
 * spaces (中文, ไทย) make no word with what stands beside them. Tailored, as UAX #29 allows: Hangul particles may follow
 * (`@alice님`), and so may an apostrophe (`@alice's`).
 */

/** Scripts without spaces. Their letters may stand directly beside a mention. */
const SPACELESS = String.raw`\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}`
const WORD = String.raw`[[\p{L}\p{Nl}\p{Nd}\p{Pc}]--[${SPACELESS}]]`
const WORD_AFTER = String.raw`[[\p{L}\p{Nl}\p{Nd}\p{Pc}]--[${SPACELESS}\p{Script=Hangul}]]`
const EXTEND = String.raw`[[\p{M}\p{Cf}]--\u200b]`
/** An emoji, although it begins with a digit or `#`. */
const KEYCAP = String.raw`[0-9#*]\ufe0f?\u20e3`
/** What joins the parts of addresses of mail and web. Quotes, brackets and the punctuation of sentences do not. */
const JOINER = String.raw`[@＠=.+\-:\/&#%~\\\u2010\u2011]`

/** The sign comes first in the expression, so that only texts and places that have one cost anything. */
const CANDIDATE = new RegExp(
  String.raw`@(?<!(?!${KEYCAP})(?:${WORD}|${JOINER})${EXTEND}*@)([A-Za-z][A-Za-z0-9_]{2,29})` +
    String.raw`(?!${EXTEND}*(?:${WORD_AFTER}|[@＠])|(?!\ufe0f)\p{M}|[.:\-\/]${WORD_AFTER})`,
  'gv',
)

/** The end of an address in a text: white space, or what encloses addresses. */
const ADDRESS_END = /[\s<>"\p{Pi}\p{Pf}\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]/gv
/** What only addresses have: `https://`, `www.`, `x.org/`, `x.org:8080/`, `x.org?`. Bounded, so that it takes linear time. */
const ADDRESS = /:\/\/|(?<![\p{L}\p{N}])www\.|\.[\p{L}\p{N}\-]{2,63}(?::\d{1,5})?[\/?#]/giv

/** `@` and a handle, as typed, at `start` in UTF-16 units. */
export type Candidate = { start: number; typed: string; handle: string }

/** All mentions of a text, whether or not anybody has the handle (lower case). */
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

/** Where addresses stand, in their order: each from what gives it away to its end. */
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
