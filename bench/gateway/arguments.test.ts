import { describe, expect, it } from 'vitest'
import { parseBenchArguments } from './arguments.ts'

describe('the arguments of bench:gateway', () => {
  it('default to the profile page with all contenders, and save the results', () => {
    const args = parseBenchArguments([])
    expect(args).toMatchObject({ query: 'profile', rounds: 5, seconds: 3, json: false, save: true })
    expect(args?.only).toContain('stock-apollo')
  })

  it('do not save the results of some contenders or of a profiled run', () => {
    expect(parseBenchArguments(['--only', 'raw-http,cold-fast-path'])).toMatchObject({
      only: ['raw-http', 'cold-fast-path'],
      save: false,
    })
    expect(parseBenchArguments(['--cpu-prof', 'profiles'])?.save).toBe(false)
    expect(parseBenchArguments(['--no-save'])?.save).toBe(false)
  })

  it.each([
    [['--query', 'shop'], '--query "shop": expected one of profile, guild.'],
    [['--rounds', '0'], '--rounds "0": expected a whole number from 1 to 100.'],
    [['--seconds', '1.5'], '--seconds "1.5": expected a whole number'],
    [['--only', 'raw-http,nginx'], '--only "nginx": expected one of raw-http, stock-apollo'],
    [['--headers', 'same'], '--headers same needs --query guild.'],
    [['--query', 'guild', '--headers', 'none'], '--headers "none": expected one of same, unique.'],
    [['--cpu-prof', ''], '--cpu-prof is empty.'],
    [['--fast'], "Unknown option '--fast'. See: npm run bench:gateway -- --help"],
  ])('%j is rejected with what was expected', (argv, message) => {
    expect(() => parseBenchArguments(argv)).toThrow(message)
  })
})
