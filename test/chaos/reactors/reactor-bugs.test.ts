import { expect, test } from 'vitest'
import { REACTOR_CHECKERS, type ReactorHistory } from '../checkers/reactor.ts'
import { REACTOR_BUGS } from './reactor-bugs.ts'
import { runReactor } from './reactor-scenarios.ts'

const faultsOf = (history: ReactorHistory) => Object.values(REACTOR_CHECKERS).flatMap((find) => find(history))

test.each(REACTOR_BUGS)(
  '$bug: caught, and nothing is found without it',
  async ({ plant, checker, scenario }) => {
    const [clean, planted] = await Promise.all([runReactor(scenario, []), runReactor(scenario, [plant])])
    expect(faultsOf(clean)).toEqual([])
    expect(REACTOR_CHECKERS[checker](planted)).not.toEqual([])
  },
)
