import type { SchemaCase } from './schema-case.ts'

type Level = 'breaking' | 'dangerous' | 'safe'

const TEXTS = {
  breaks: 'breaking, in use: fails',
  unused: 'breaking, unused: passes',
  dangerous: 'dangerous: passes',
  safe: 'safe: passes',
}
/** The inspector says the same as the check if it says this. It does not know the operations. */
const SAME = { breaks: 'breaking', unused: 'safe', dangerous: 'dangerous', safe: 'safe' }

/** The corpus as a page of Markdown. */
export function tableOf(
  groups: Readonly<Record<string, readonly SchemaCase[]>>,
  inspector: (one: SchemaCase) => Level,
): string {
  const cases = Object.values(groups).flat()
  const different = cases.filter((one) => SAME[one.verdict] !== inspector(one))
  const missed = cases.filter((one) => one.verdict === 'breaks' && inspector(one) !== 'breaking')
  const sections = Object.entries(groups).map(([title, members]) =>
    [
      `## ${title}\n`,
      '| Change | Codes | The check says | @graphql-inspector/core alone says, if it differs |',
      '| --- | --- | --- | --- |',
      ...members.map((one) => row(one, inspector(one))),
    ].join('\n'),
  )
  return `<!-- Written by \`npx vitest run --project unit test/schema-check/corpus -u\`. -->

# Schema changes and their verdicts

${cases.length} changes, each judged by one operation with a recording of the whole window. Without a recording, each
breaking change fails, because its use is unknown. On ${different.length} changes the verdict of \`@graphql-inspector/core\` alone, which
compares the API schemas, differs: ${missed.length} of them break an operation and it does not call them breaking.

${sections.join('\n\n')}
`
}

function row(one: SchemaCase, inspector: Level): string {
  const codes = [...new Set(one.codes)].map((code) => `\`${code}\``).join(' ')
  const differs = SAME[one.verdict] === inspector ? '' : inspector
  return `| ${one.name} | ${codes} | ${TEXTS[one.verdict]} | ${differs} |`
}
