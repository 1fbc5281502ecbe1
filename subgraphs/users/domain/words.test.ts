import { describe, expect, it } from 'vitest'
import { wordsOf } from './words.ts'

describe('the words of a text', () => {
  it('are what stands between white space and punctuation, lower case', () => {
    expect(wordsOf(`  Jean-Luc O'Brien\u3000(Élodie)`)).toEqual(['jean', 'luc', 'o', 'brien', 'élodie'])
    expect(wordsOf('山田 太郎')).toEqual(['山田', '太郎'])
  })

  it('carry nothing that means something to a tsquery or to LIKE', () => {
    const ascii = Array.from({ length: 127 }, (_, i) => String.fromCharCode(i + 1)).join('')
    expect(wordsOf(ascii).join('')).toMatch(/^[a-z0-9]+$/)
    expect(wordsOf(`%_'&|!:*\\<->()`)).toEqual([])
  })
})
