/** Letters of East Asia and emoji, which take two columns of a terminal. */
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\uFE0F/u
/** Marks on the letter before, and format characters. */
const NARROW = /^[\p{Mn}\p{Me}\p{Cf}]+$/u

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * Spaces as wide as the text is in a terminal. Tabs stay tabs, as their width is not known.
 *
 * Source: https://www.unicode.org/reports/tr11/
 */
export function blankOf(text: string): string {
  return Array.from(graphemes.segment(text), ({ segment }) => {
    if (segment === '\t') return segment
    return NARROW.test(segment) ? '' : WIDE.test(segment) ? '  ' : ' '
  }).join('')
}
