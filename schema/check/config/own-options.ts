import { type ChangeOptions } from '../changes/options.ts'
import { type LintOptions } from '../lint/options.ts'

/** What `lint` and `changes` are in the config of other subgraphs, for those of this repository. */
export const OWN_LINT: LintOptions = { rules: {}, exceptions: [], owners: {} }
export const OWN_CHANGES: ChangeOptions = { exceptions: [] }
