import { type Checked } from '../run-check.ts'

/** For programs: the report as it is. */
export function jsonFormat({ report }: Checked): string {
  return JSON.stringify(report, null, 2)
}
