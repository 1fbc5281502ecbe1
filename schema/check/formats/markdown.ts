import { type Finding, type Place, type Severity, type StageResult, type Verdict } from '../finding.ts'
import { type Checked } from '../run-check.ts'

/** GitHub refuses a comment of more than 65,536 characters. The workflow passes it in a variable: at most 128 KiB. Bytes. */
const MAX_BYTES = 60_000
const MARKS: Readonly<Record<Verdict, string>> = { passed: '✅', failed: '❌', unknown: '❔' }
const SEVERITY_MARKS: Readonly<Record<Severity, string>> = { error: '❌', warning: '⚠️', info: 'ℹ️' }
const TITLES: Readonly<Record<Verdict, string>> = {
  passed: 'Schema check passed',
  failed: 'Schema check failed',
  unknown: 'Schema check could not be judged',
}

/** For a comment on a pull request: a table of the stages, and the findings of each below it, folded if none is an error. */
export function markdownFormat({ report }: Checked): string {
  const faults = report.faults.map(
    ({ message, place }) => `- ❌ ${place ? `${at(place)}: ` : ''}${escape(message)}`,
  )
  const rows = report.stages.map(
    ({ stage, verdict, summary }) => `| ${MARKS[verdict]} | ${stage} | ${escape(oneLine(summary))} |`,
  )
  const head = [
    `## ${MARKS[report.verdict]} ${TITLES[report.verdict]}`,
    report.base === null ? '' : `Compared with ${span(report.base)}.`,
    faults.join('\n'),
    ['|   | Stage | Result |', '| - | ----- | ------ |', ...rows].join('\n'),
  ].filter((part) => part !== '')
  return withinLimit([...head, ...report.stages.flatMap(stageParts)])
}

function stageParts({ stage, findings }: StageResult): string[] {
  if (findings.length === 0) return []
  const isOpen = findings.some(({ severity }) => severity === 'error')
  const summary = `${stage}: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`
  return [
    `<details${isOpen ? ' open' : ''}><summary>${summary}</summary>`,
    ...findings.map(findingText),
    '</details>',
  ]
}

function findingText({ code, severity, message, place, subgraph, remedy, evidence = [] }: Finding): string {
  const where = [place && at(place), subgraph && `subgraph ${span(subgraph)}`].filter(Boolean).join(', ')
  return [
    `- ${SEVERITY_MARKS[severity]} **${code}**${where && ` at ${where}`}<br>${lines(message)}`,
    ...evidence.map((line) => `  - ${lines(line)}`),
    ...(remedy === null ? [] : [`  - **What to do:** ${lines(remedy)}`]),
  ].join('\n')
}

/** Findings that do not fit into a comment are counted. */
function withinLimit(parts: readonly string[]): string {
  const kept: string[] = []
  let bytes = 0
  for (const part of parts) {
    bytes += Buffer.byteLength(part) + 2
    if (bytes > MAX_BYTES) break
    kept.push(part)
  }
  if (kept.length === parts.length) return kept.join('\n\n')
  const isUnclosed =
    kept.findLastIndex((part) => part.startsWith('<details')) > kept.lastIndexOf('</details>')
  const left = 'The report is too long for a comment. The rest is in the log of the check.'
  return [...kept, ...(isUnclosed ? ['</details>'] : []), left].join('\n\n')
}

const at = ({ file, line, column }: Place) => span(`${file}:${line}:${column}`)
/** A name in a code span, in which nothing but a backtick is special. */
const span = (text: string) => `\`${oneLine(text).replaceAll('`', "'")}\``
const oneLine = (text: string) => text.replaceAll(/\s*[\r\n]\s*/g, ' ')
const lines = (text: string) => escape(text).replaceAll(/\r\n?|\n/g, '<br>')
/** Nothing of a message is markup, a table cell or a mention of a person. */
const escape = (text: string) =>
  text.replaceAll(/[\\`*_{}[\]<>#|~&]/g, (character) => `\\${character}`).replaceAll('@', '@<!-- -->')
