import { dirname } from 'node:path'
import { type GraphQLSchema } from 'graphql'
import { apiChanges } from '../check/changes/api-changes.ts'
import { type Change } from '../check/changes/change.ts'
import { fileAt, git } from '../check/load/git.ts'
import { readSchema } from '../check/load/read-schema.ts'

/** A commit that changed the API. */
export type Release = {
  commit: string
  /** Of the commit, as `YYYY-MM-DD`. */
  date: string
  subject: string
  /** `null`: the schema cannot be compared with the one before, because one of them is not valid. */
  changes: readonly Change[] | null
}

/**
 * The changes of the API in each commit that changed a schema file, the latest first. A commit that changes only the text of
 * the file is left out, and so is the one that added it.
 *
 * @param file absolute path of a supergraph or an API schema
 * @param since only commits after this ref
 * @returns null if git cannot list the commits: there is no repository, or no such ref
 */
export async function historyOf(file: string, since?: string): Promise<Release[] | null> {
  const folder = dirname(file)
  const range = since === undefined ? [] : ['--end-of-options', `${since}..HEAD`]
  const log = await git(folder, 'log', '--format=%H%x09%cs%x09%s', ...range, '--', file)
  if (log === null) return null
  const releases: Release[] = []
  for (const line of log.split('\n').filter(Boolean)) {
    const [commit = '', date = '', ...subject] = line.split('\t')
    const [before, after] = [await fileAt(folder, `${commit}^`, file), await fileAt(folder, commit, file)]
    if (before === null || after === null) continue
    const changes = changesOf(before, after)
    if (changes?.length !== 0) releases.push({ commit, date, subject: subject.join('\t'), changes })
  }
  return releases
}

function changesOf(before: string, after: string): Change[] | null {
  const [base, head] = [apiOf(before), apiOf(after)]
  return base && head ? apiChanges(base, head, { base: [], head: [] }) : null
}

function apiOf(text: string): GraphQLSchema | null {
  const read = readSchema('', text)
  return read.ok ? read.value.api : null
}

/** The history as Markdown. */
export function changelogOf(releases: readonly Release[]): string {
  return ['# Changes of the API', ...releases.map(releaseText)].join('\n\n').concat('\n')
}

function releaseText({ commit, date, subject, changes }: Release): string {
  const head = `## ${date}: ${subject} (${commit.slice(0, 10)})`
  if (changes === null)
    return `${head}\n\nOne of the two schemas is not valid, so that they cannot be compared.`
  const shown = withoutRepetition(changes)
  const lines = shown
    .filter((change) => !isDescription(change))
    .toSorted((a, b) => ORDER[a.level] - ORDER[b.level])
    .map(({ level, message }) => `- ${LABELS[level]}${message}.`)
  const described = shown.filter(isDescription).length
  return [head, '', ...lines, ...(described > 0 ? [`- Descriptions changed: ${described}.`] : [])].join('\n')
}

/** Without the parts of a new type, and without the directive of a deprecation, which is a change of its own. */
function withoutRepetition(changes: readonly Change[]): Change[] {
  const added = changes.filter(({ code }) => code === 'TYPE_ADDED').map(({ coordinate }) => coordinate)
  return changes.filter(({ code, coordinate }) => {
    const isPart = code !== 'TYPE_ADDED' && added.includes(coordinate?.split('.')[0] ?? '')
    return !isPart && !code.startsWith('DIRECTIVE_USAGE')
  })
}

const isDescription = ({ code }: Change) => code.includes('DESCRIPTION')

const ORDER = { breaking: 0, dangerous: 1, safe: 2 }
const LABELS = { breaking: '**Breaking.** ', dangerous: '**Dangerous.** ', safe: '' }
