import { isAbsolute, relative, resolve, sep } from 'node:path'
import { type Finding, type Place, type Severity, type StageResult } from '../finding.ts'
import { type Checked } from '../run-check.ts'
import { humanFormat } from './human.ts'

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' }

/** Not a file of the workspace: the URL of an introspected subgraph, a file of another commit, or a subgraph of a supergraph. */
const ELSEWHERE = /^(https?:|[0-9a-f]{10}:)| \(subgraph [^)]*\)$/

/**
 * Workflow commands of GitHub Actions, which become annotations of the changed files, and then the text for the log.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubFormat(checked: Checked): string {
  const { faults, stages } = checked.report
  const command = (level: string, title: string, place: Place | null, message: string) =>
    commandText(level, title, annotatedPlace(place, checked.root), place, message)
  const ofFaults = faults.map(({ message, place }) => command('error', 'schema check', place, message))
  const ofFindings = annotated(stages).map(({ code, severity, message, place, remedy, evidence = [] }) => {
    const text = [message, ...evidence, ...(remedy === null ? [] : [remedy])].join('\n')
    return command(LEVELS[severity], code, place, text)
  })
  // The findings contain text of others: a line of it must not be taken for a command.
  const log = withoutCommands(humanFormat(checked)).replaceAll(/^([\s\u0085]*)::/gm, '$1: :')
  return [...ofFaults, ...ofFindings, log].join('\n')
}

/** A breaking change is a finding of two stages: that of *usage* says more. Errors first, as GitHub shows ten of each level. */
function annotated(stages: readonly StageResult[]): Finding[] {
  const keyOf = ({ code, coordinate }: Finding) => `${code} ${coordinate}`
  const judged = new Set(stages.find(({ stage }) => stage === 'usage')?.findings.map(keyOf))
  const findings = stages.flatMap((stage) =>
    stage.stage === 'changes'
      ? stage.findings.filter((finding) => !judged.has(keyOf(finding)))
      : stage.findings,
  )
  const order = Object.keys(LEVELS)
  return findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
}

/** The path of an annotation is relative to the root of the repository. Null if the file is not in it. */
function annotatedPlace(place: Place | null, root: string): Place | null {
  if (!place || ELSEWHERE.test(place.file)) return null
  const file = relative(root, resolve(place.file))
  return isAbsolute(file) || file.startsWith(`..${sep}`)
    ? null
    : { ...place, file: file.replaceAll(sep, '/') }
}

function commandText(
  level: string,
  title: string,
  inFile: Place | null,
  place: Place | null,
  message: string,
): string {
  const at = inFile ? `file=${property(inFile.file)},line=${inFile.line},col=${inFile.column},` : ''
  const text = place && !inFile ? `${place.file}:${place.line}:${place.column}: ${message}` : message
  return `::${level} ${at}title=${property(title)}::${data(withoutCommands(text))}`
}

/** The older syntax of commands, `##[error]`, counts anywhere in a line. */
const withoutCommands = (text: string) => text.replaceAll('##[', '# #[')
const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
