import { basename, dirname } from 'node:path'
import { expect, test } from 'vitest'
import { type Finding, type StageResult } from '../finding.ts'
import { type Checked } from '../run-check.ts'
import { FORMATS } from './formats.ts'

const FINDING: Finding = {
  code: 'FIELD_REMOVED',
  severity: 'error',
  message: 'Field `User.bio` was removed.\n::error::not a command, ##[error]100%',
  place: { file: 'a,b/users.graphql', line: 2, column: 3 },
  coordinate: 'User.bio',
  subgraph: 'users',
  remedy: 'Ask @team/web, or <b>keep</b> it.',
  evidence: ['Profile (web 1.2): 10 times'],
}

function checkedWith(findings: readonly Finding[], change: Partial<Checked> = {}): Checked {
  const usage: StageResult = { stage: 'usage', verdict: 'failed', summary: '1 | in use.', findings }
  const compose: StageResult = {
    stage: 'compose',
    verdict: 'passed',
    summary: '2 subgraphs compose.',
    findings: [],
  }
  return {
    report: { verdict: 'failed', base: 'main (1a2b3c4d5e)', faults: [], stages: [compose, usage] },
    sources: new Map([['a,b/users.graphql', ['type User {', '  bio: String', '}']]]),
    root: process.cwd(),
    ...change,
  }
}

test('human: the line, a caret below the place, the evidence, and what to do', () => {
  expect(FORMATS.human(checkedWith([{ ...FINDING, message: 'Field `User.bio` was removed.' }])))
    .toBe(`✓ compose  2 subgraphs compose.
✗ usage    1 | in use.

  error FIELD_REMOVED at a,b/users.graphql:2:3, subgraph "users"
  Field \`User.bio\` was removed.
  2 |   bio: String
    |   ^
    Profile (web 1.2): 10 times
  → Ask @team/web, or <b>keep</b> it.

Compared with main (1a2b3c4d5e).
The check failed.`)
})

const commands = (text: string) => text.split('\n').filter((line) => /^\s*::/.test(line))

test('github: one annotation for each finding. The text of a finding cannot make another', () => {
  const checked = checkedWith([FINDING], { root: dirname(process.cwd()) })
  const folder = basename(process.cwd())
  expect(commands(FORMATS.github(checked))).toEqual([
    `::error file=${folder}/a%2Cb/users.graphql,line=2,col=3,title=FIELD_REMOVED::Field \`User.bio\` was removed.%0A::error::not a command, # #[error]100%25%0AProfile (web 1.2): 10 times%0AAsk @team/web, or <b>keep</b> it.`,
  ])
  expect(FORMATS.github(checked)).not.toContain('##[')
})

test.for([
  'https://users.example.com/graphql',
  '1a2b3c4d5e:users.graphql',
  '../elsewhere/users.graphql',
  'base.graphql (subgraph users)',
])('github: %s is not a file of the workspace', (file) => {
  const place = { file, line: 2, column: 3 }
  const [line] = commands(FORMATS.github(checkedWith([{ ...FINDING, message: 'Gone.', place }])))
  expect(line).toMatch(/^::error title=FIELD_REMOVED::/)
  expect(line).toContain(`${file}:2:3: Gone.`)
})

test('github: a breaking change is annotated once, and errors come first', () => {
  const { report } = checkedWith([{ ...FINDING, message: 'In use.' }])
  const warning: Finding = { ...FINDING, severity: 'warning', message: 'Removed.' }
  const other: Finding = { ...warning, coordinate: 'User.name', message: 'Also removed.' }
  const changes: StageResult = {
    stage: 'changes',
    verdict: 'passed',
    summary: '2 breaking.',
    findings: [warning, other],
  }
  const checked = checkedWith([], { report: { ...report, stages: [changes, ...report.stages] } })
  const texts = commands(FORMATS.github(checked)).map((line) => /^::(\w+) .*::(.*?)%0A/.exec(line)?.slice(1))
  expect(texts).toEqual([
    ['error', 'In use.'],
    ['warning', 'Also removed.'],
  ])
})

test('github: a fault is an error', () => {
  const place = { file: 'a.graphql', line: 1, column: 2 }
  const { report } = checkedWith([])
  const faults = [{ message: 'This is not valid GraphQL.', place }]
  const text = FORMATS.github(checkedWith([], { report: { ...report, faults } }))
  expect(commands(text)).toEqual([
    '::error file=a.graphql,line=1,col=2,title=schema check::This is not valid GraphQL.',
  ])
})

test('markdown: text of others is neither markup, nor a table cell, nor a mention', () => {
  const text = FORMATS.markdown(checkedWith([FINDING]))
  expect(text).toContain('## ❌ Schema check failed')
  expect(text).toContain('| ❌ | usage | 1 \\| in use. |')
  expect(text).toContain('<details open><summary>usage: 1 finding</summary>')
  expect(text).toContain('\\<b\\>keep\\</b\\>')
  expect(text).not.toContain('@team')
})

test('markdown: a report that is too long for a comment is cut, and says so', () => {
  const text = FORMATS.markdown(checkedWith(Array.from({ length: 2000 }, () => FINDING)))
  expect(text.length).toBeLessThan(65_536)
  expect(text).toMatch(/<\/details>\n\nThe report is too long for a comment\./)
})

test('json: each stage has its verdict', () => {
  const parsed = JSON.parse(FORMATS.json(checkedWith([FINDING]))) as Checked['report']
  expect(parsed.stages.map(({ stage, verdict }) => [stage, verdict])).toEqual([
    ['compose', 'passed'],
    ['usage', 'failed'],
  ])
  expect(parsed.stages[1]?.findings).toEqual([FINDING])
})

test('human: the caret is below wide letters, and the source cannot send commands to the terminal', () => {
  const sources = new Map([['a.graphql', [' "日本" b: Nope # \u001B[2J']]])
  const place = { file: 'a.graphql', line: 1, column: 7 }
  const text = FORMATS.human(checkedWith([{ ...FINDING, place }], { sources }))
  expect(text).toContain('  1 |  "日本" b: Nope # \uFFFD[2J\n    |         ^\n')
})

test('markdown: names of files and of the base stay in their code spans, and entities are text', () => {
  const place = { file: 'a`@team`.graphql', line: 1, column: 2 }
  const { report } = checkedWith([{ ...FINDING, message: '&lt;b&gt;\r# x', place, subgraph: '`@team`' }])
  const text = FORMATS.markdown(checkedWith([], { report: { ...report, base: 'a`b`\n# c' } }))
  expect(text).toContain("at `a'@team'.graphql:1:2`, subgraph `'@team'`<br>\\&lt;b\\&gt;<br>\\# x\n")
  expect(text).toContain("Compared with `a'b' # c`.")
})
