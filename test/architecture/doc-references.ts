import { dirname, join, matchesGlob, normalize } from 'node:path'

/** The things that documentation pages may refer to. */
export type Repository = {
  /** Path of every file, relative to the root: `gateway/main.ts`. */
  files: readonly string[]
  /** Text of each page, by path. */
  pages: ReadonlyMap<string, string>
  /** Names of the scripts in package.json. */
  scripts: ReadonlySet<string>
}

/** Finds references in a page to things that do not exist. Each result has its line: `docs/a.md:3: no file b.ts`. */
export function brokenReferences(page: string, repository: Repository): string[] {
  const text = repository.pages.get(page) ?? ''
  const faults: string[] = []
  for (const { line, target } of linksOf(text)) {
    const fault = linkFault(page, target, repository)
    if (fault) faults.push(`${page}:${line}: ${fault}`)
  }
  for (const { line, name } of namesOf(text)) {
    const fault = nameFault(name, page, repository)
    if (fault) faults.push(`${page}:${line}: ${fault}`)
  }
  return faults
}

/** The anchor that GitHub generates for a heading. */
export function slugOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-')
}

/** Lines outside code blocks, and the names in Mermaid diagrams: these are code blocks, but readers see them as pictures. */
function* linesOf(text: string): Generator<{ line: number; text: string; block: string | null }> {
  let block: string | null = null
  for (const [index, content] of text.split('\n').entries()) {
    const fence = /^ *```(\w*)/.exec(content)
    if (fence) block = block === null ? (fence[1] ?? '') : null
    else yield { line: index + 1, text: content, block }
  }
}

function* linksOf(text: string): Generator<{ line: number; target: string }> {
  for (const { line, text: content, block } of linesOf(text)) {
    if (block !== null) continue
    for (const [, target = ''] of content.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (!/^[a-z][a-z+]*:/i.test(target)) yield { line, target }
    }
  }
}

function* namesOf(text: string): Generator<{ line: number; name: string }> {
  for (const { line, text: content, block } of linesOf(text)) {
    const spans =
      block === 'mermaid'
        ? content.matchAll(/([\w.-]+(?:\/[\w.-]+)+\.\w+)/g)
        : block === null
          ? content.matchAll(/(?<!`)`([^`]+)`(?!`)/g)
          : content.matchAll(/(npm run (?:-s )?\w[\w:-]*)/g)
    for (const [, name = ''] of spans) yield { line, name }
  }
}

function linkFault(page: string, target: string, { files, pages }: Repository): string | null {
  const [path = '', anchor] = target.split('#')
  const linked = path === '' ? page : normalize(join(dirname(page), decodeURI(path))).replace(/\/$/, '')
  if (!files.includes(linked) && !isFolder(linked, files)) return `the link ${target} leads nowhere`
  if (anchor === undefined) return null
  const headings = (pages.get(linked) ?? '').matchAll(/^#+ (.*)$/gm)
  const anchors = [...headings].map(([, heading = '']) => slugOf(heading))
  return anchors.includes(anchor) ? null : `the link ${target} names no heading`
}

/** Extensions of files that pages mention without a folder. */
const SOURCE = /[\w*}]\.(ts|sql|graphql|prisma|md|sh)$/

/**
 * A name refers to a file if it begins with a top-level folder, or ends with one of our file extensions. `<name>` and
 * `*` stand for any part of a name; `{a,b}` stands for one of several. A name without folders matches any file whose
 * path ends with it.
 */
function nameFault(name: string, page: string, { files, scripts }: Repository): string | null {
  const script = /^npm run (?:-s )?(\w[\w:-]*)/.exec(name)?.[1]
  if (script !== undefined) return scripts.has(script) ? null : `no script ${script}`
  if (!/^\.?[\w<*{][\w<>*{},./-]*$/.test(name)) return null
  const pattern = name.replaceAll(/<[^>]*>/g, '*').replace(/\/$/, '')
  const [first = ''] = pattern.split('/')
  const rooted = name.includes('/') && isFolder(first, files)
  if (!rooted && !SOURCE.test(pattern)) return null
  const local = join(dirname(page), pattern)
  const candidates = rooted ? [pattern, local] : [pattern, local, `**/${pattern}`]
  const exists = candidates.some((candidate) =>
    files.some((file) => matchesGlob(file, candidate) || matchesGlob(file, `${candidate}/**`)),
  )
  return exists ? null : `no file ${name}`
}

function isFolder(path: string, files: readonly string[]): boolean {
  return path === '.' || files.some((file) => file.startsWith(`${path}/`))
}
