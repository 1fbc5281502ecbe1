import { SWITCH_VARIABLES, switchesOf, type Switches } from '../../gateway/switches.ts'
import { inheritedEnv, readConfig, type Env } from '../../platform/config/read-config.ts'

const inherited = inheritedEnv()

/** The switches of this test run, as `npm run test:plain` sets them, for processes that inherit no other variables. */
export const SWITCHES_ENV: Env = Object.fromEntries(
  SWITCH_VARIABLES.flatMap((name) => (inherited[name] === undefined ? [] : [[name, inherited[name]]])),
)

/** The same switches, for gateways in the process of a test. */
export const SWITCHES: Switches = switchesOf(readConfig(SWITCH_VARIABLES))
