import { type Checked } from '../run-check.ts'
import { githubFormat } from './github.ts'
import { humanFormat } from './human.ts'
import { jsonFormat } from './json.ts'
import { markdownFormat } from './markdown.ts'

export const FORMATS = {
  human: humanFormat,
  github: githubFormat,
  markdown: markdownFormat,
  json: jsonFormat,
} as const satisfies Record<string, (checked: Checked) => string>

export type FormatName = keyof typeof FORMATS
