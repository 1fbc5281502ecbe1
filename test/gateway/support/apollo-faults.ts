import { SWITCHES } from '../../support/switches.ts'

/** What @apollo/gateway is known not to answer: its planner only knows the introspection of an older GraphQL. */
const APOLLO_FAILS = ['all of introspection beside data']

/** Whether the engine of this run of the tests answers the request of this name. */
export function isAnswered(request: string): boolean {
  return SWITCHES.engine !== 'apollo' || !APOLLO_FAILS.includes(request)
}
