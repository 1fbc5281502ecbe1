import { describe, expect, test } from 'vitest'
import { readResponse } from './response.ts'

const read = (body: unknown, contentType = 'application/json', status = 200) =>
  readResponse({ status, contentType, text: typeof body === 'string' ? body : JSON.stringify(body) })

describe('valid responses of a subgraph', () => {
  test.each([
    [{ data: { a: 1 } }, { data: { a: 1 }, errors: [] }],
    [
      { data: {}, errors: [] },
      { data: {}, errors: [] },
    ],
    [
      { data: { a: 1 }, errors: null, extensions: { cost: 1 } },
      { data: { a: 1 }, errors: [], extensions: { cost: 1 } },
    ],
    [
      { data: { a: 1 }, extensions: 'none' },
      { data: { a: 1 }, errors: [] },
    ],
    [
      { data: null, errors: [{ message: 'm' }], extensions: { consistency: [] } },
      { data: null, errors: [{ message: 'm' }], extensions: { consistency: [] } },
    ],
    [
      { errors: [{ message: 'm', locations: [{ line: 1, column: 1 }], path: null, extensions: null }] },
      { data: null, errors: [{ message: 'm' }] },
    ],
    [
      { data: null, errors: [{ message: '', path: ['a', 0], extensions: { code: 'X' } }] },
      { data: null, errors: [{ message: '', path: ['a', 0], extensions: { code: 'X' } }] },
    ],
  ])('%j', (body, expected) => expect(read(body)).toEqual({ ...expected, plain: true }))

  test.each(['a"b', 'a\\b', 'a\nb', '\ud800'])('%j is not plain', (name) => {
    expect(read({ data: { name } })).toMatchObject({ data: { name }, plain: false })
  })

  test('an HTTP error status, in the media type that allows it', () => {
    expect(
      read({ errors: [{ message: 'm' }] }, 'application/graphql-response+json; charset=utf-8', 400),
    ).toEqual({
      data: null,
      errors: [{ message: 'm' }],
      plain: true,
    })
  })
})

describe('a malformed error costs no data and keeps its valid parts', () => {
  const none = { message: 'The subgraph reported an error without a message.' }
  test.each([
    [[{ message: 'm', path: ['a', 0], extensions: [] }], [{ message: 'm', path: ['a', 0] }]],
    [[{ message: 'm', extensions: 'a' }], [{ message: 'm' }]],
    [[{ message: 'm', path: 'a', extensions: { code: 'C' } }], [{ message: 'm', extensions: { code: 'C' } }]],
    [[{ message: 'm', path: [null] }], [{ message: 'm' }]],
    [[{ message: 'm', path: [{}] }], [{ message: 'm' }]],
    [[{ message: 1, path: ['a'] }], [{ ...none, path: ['a'] }]],
    [
      [{ message: 'm' }, { message: null }],
      [{ message: 'm' }, none],
    ],
    [[null], [none]],
    [['a'], [none]],
    [[[]], [none]],
    [[{}], [none]],
    [{}, [none]],
    ['a', [none]],
  ])('%j', (errors, shown) => {
    expect(read({ data: { a: 1 }, errors })).toEqual({ data: { a: 1 }, errors: shown, plain: true })
  })
})

describe('responses that are not GraphQL', () => {
  test.each([
    null,
    1,
    'a',
    [],
    {},
    { data: null },
    { data: [] },
    { data: 1 },
    { data: 'a' },
    { errors: [] },
    { data: null, errors: [] },
    { errors: {} },
    { data: null, errors: {} },
  ])('%j', (body) => {
    expect(() => read(JSON.stringify(body))).toThrow('responded with JSON that is not a GraphQL response')
    expect(() => read(JSON.stringify(body), 'application/graphql-response+json', 500)).toThrow(
      'HTTP status 500',
    )
  })

  test('truncated JSON, HTML, no type, and a type that must not be shown to the client', () => {
    expect(() => read('{"data":')).toThrow('JSON that is broken or cut off')
    expect(() => read({}, 'text/html; charset=utf-8')).toThrow('text/html instead of JSON')
    expect(() => read({}, '')).toThrow('an unknown content type instead of JSON')
    expect(() => read({}, '<script>/x')).toThrow('an unknown content type instead of JSON')
    expect(() => read({ data: {} }, 'application/json', 400)).toThrow('HTTP status 400')
  })
})
