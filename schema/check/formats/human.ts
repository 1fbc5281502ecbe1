import { type Finding, type Place, type StageResult, type Verdict } from '../finding.ts'
import { type Sources } from '../load/load-subgraphs.ts'
import { type Fault } from '../load/outcome.ts'
import { type Checked } from '../run-check.ts'
import { blankOf } from './display-width.ts'

const MARKS: Readonly<Record<Verdict, string>> = { passed: '✓', failed: '✗', unknown: '?' }
const CONCLUSIONS: Readonly<Record<Verdict, string>> = {
  passed: 'The check passed.',
  failed: 'The check failed.',
  unknown: 'The check could not be judged.',
}

/** For a terminal: each finding with the line it is about, and a caret under the place. */
export function humanFormat({ report, sources }: Checked): string {
  const faults = report.faults.map((fault) => `✗ ${faultText(fault)}`)
  const base = report.base === null ? [] : [`Compared with ${report.base}.`]
  const stages = report.stages.map((stage) => stageText(stage, sources))
  return [...faults, ...stages, ...base, CONCLUSIONS[report.verdict]].join('\n')
}

/** One fault, in one line. */
export const faultText = ({ message, place }: Fault) => `${place ? `${at(place)}: ` : ''}${message}`

function stageText({ stage, verdict, summary, findings }: StageResult, sources: Sources) {
  const details = findings.map((finding) => `\n${indent(findingText(finding, sources))}\n`)
  return [`${MARKS[verdict]} ${stage.padEnd(8)} ${summary}`, ...details].join('\n')
}

/** One finding, over several lines. */
export function findingText(finding: Finding, sources: Sources): string {
  const { code, severity, message, place, subgraph, remedy, evidence = [] } = finding
  const where = [place && at(place), subgraph && `subgraph "${subgraph}"`].filter(Boolean).join(', ')
  return [
    `${severity} ${code}${where && ` at ${where}`}`,
    message,
    ...(place ? caret(place, sources.get(place.file)) : []),
    ...evidence.map((line) => `  ${line}`),
    ...(remedy === null ? [] : [`→ ${remedy}`]),
  ].join('\n')
}

/** The line, and below it a caret under the column. */
function caret({ line, column }: Place, lines: readonly string[] | undefined): string[] {
  const text = lines?.[line - 1]
  if (text === undefined) return []
  const number = `${line} | `
  const blank = blankOf(text.slice(0, column - 1))
  return [`${number}${printable(text)}`, `${' '.repeat(number.length - 2)}| ${blank}^`]
}

/** Control characters of a source would be commands of the terminal. */
const printable = (text: string) => text.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '\uFFFD')
const at = ({ file, line, column }: Place) => `${file}:${line}:${column}`
const indent = (text: string) => text.replaceAll(/^(?=.)/gm, '  ')
