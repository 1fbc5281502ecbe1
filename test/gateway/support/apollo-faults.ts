import { SWITCHES } from '../../support/switches.ts'

/** Requests that @apollo/gateway cannot execute. Its planner supports only the introspection of an older GraphQL. */
const APOLLO_FAILS = ['all of introspection beside data']

/** Whether the engine of this test run can execute the request with this name. */
export function isAnswered(request: string): boolean {
  return SWITCHES.engine !== 'apollo' || !APOLLO_FAILS.includes(request)
}
