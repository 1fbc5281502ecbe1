import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from './read-config.ts'

const read = (CORS_ORIGINS: string) => readConfig(['CORS_ORIGINS'], { CORS_ORIGINS }).CORS_ORIGINS

function refusal(value: string): string {
  try {
    return `accepted: ${JSON.stringify(read(value))}`
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

describe('CORS_ORIGINS', () => {
  test.each([
    ['', []],
    [' , ', []],
    ['https://app.example', ['https://app.example']],
    ['https://app.example/', ['https://app.example']],
    ['HTTPS://App.Example:443', ['https://app.example']],
    ['http://localhost:3000,https://b.example:8443 ,', ['http://localhost:3000', 'https://b.example:8443']],
    ['http://[::1]:5173', ['http://[::1]:5173']],
    ['https://bücher.example', ['https://xn--bcher-kva.example']],
    ['capacitor://localhost, chrome-extension://abc', ['capacitor://localhost', 'chrome-extension://abc']],
    ['*', ['*']],
    ['*,https://app.example', ['*', 'https://app.example']],
  ])('%j is normalized as by browsers', (value, origins) => {
    expect(read(value)).toEqual(origins)
  })

  test.each([
    [
      'app.example',
      'CORS_ORIGINS="app.example": "app.example" has no scheme; expected an origin such as https://app.example. ',
    ],
    ['localhost:3000', 'expected an origin such as http://localhost:3000'],
    ['//app.example', 'has no scheme'],
    ['https://app.example/shop', 'has more than scheme, host and port; expected https://app.example'],
    ['https://app.example//', 'has more than scheme, host and port'],
    ['https://app.example?', 'has more than scheme, host and port'],
    ['https://app.example/#', 'has more than scheme, host and port'],
    ['https://me:x@app.example', 'has more than scheme, host and port'],
    ['https://*.app.example', 'is a pattern, which is not supported; list each origin'],
    ['*.app.example', 'is a pattern'],
    ['null', 'is the origin of every local file'],
    ['https://a.example https://b.example', 'is not an origin'],
    ['https://a.example;https://b.example', 'has more than scheme, host and port'],
    ['https://', 'is not an origin'],
    ['"https://a.example"', 'has no scheme'],
    ['file:///', 'is not the origin of a page'],
    ['wss://app.example', 'is not the origin of a page'],
    ['https://a.example:99999', 'is not an origin'],
  ])('%j is rejected', (value, message) => {
    expect(refusal(value)).toContain(message)
    expect(refusal(value)).toMatch(/separated by commas/)
  })

  test('every error is reported, without passwords', () => {
    const message = refusal('a.example,https://ok.example,b.example/x,https://me:hunter2@c.example')
    expect(message.split('\n')).toHaveLength(3)
    expect(message).not.toContain('hunter2')
  })
})
