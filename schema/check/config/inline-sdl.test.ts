import { expect, test } from 'vitest'
import { parseConfig } from './parse-config.ts'

/** The lines of a config whose value of `sdl` this is, and the SDL that is parsed. */
function sdlOf(value: string) {
  const config = parseConfig('/c.yaml', `subgraphs:\n  a:\n    schema:\n      sdl: ${value}\n`, {
    NAME: 'user',
  })
  const source = config.ok ? config.value.subgraphs[0]?.source : undefined
  return source?.kind === 'text' ? source.sdl.trimEnd().split('\n') : null
}

test.each([
  ['a block', '|\n        type Query {\n          a: Int\n        }', 5, 11],
  ['a block with a comment', '|- # SDL\n        type Query {\n          a: Int\n        }', 5, 11],
  ['a block with another indentation', '|2\n         type Query {\n          a: Int\n        }', 5, 11],
  ['one line', 'type Query { a:Int }', 3, 25],
  ['quotes', "'type Query { a: Int }'", 3, 26],
  ['double quotes', '"type Query { a: Int }"', 3, 26],
  ['double quotes with escapes: the line of the first', '"type Query {\\n  a: Int\\n}"', 4, 3],
  ['a folded block: the line of the first', '>\n        type Query {\n          a: Int\n        }', 5, 3],
  ['a variable', '|\n        type Query {\n          a(${env.NAME}: Int): Int\n        }', 5, 11],
])('the field in %s has its place', (_, value, line, column) => {
  const lines = sdlOf(value)
  expect(lines?.[line]?.indexOf('a')).toBe(column - 1)
  expect(lines?.slice(0, 3).join('').trim()).toBe('')
})
