import { readFile } from 'node:fs/promises'
import { runInNewContext } from 'node:vm'
import { buildSchema, getOperationAST, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { EXPLORER_TABS } from './default-query.ts'
import { graphiqlPage } from './graphiql-page.ts'

type Fetcher = (params: object, options?: { headers?: Record<string, string> }) => Promise<object>
type Props = { fetcher: Fetcher; defaultTabs: { query: string; variables: string }[] }

const SESSION = { data: { signIn: { user: { handle: 'alice' }, session: { accessToken: 'a.b.c' } } } }

/** Runs the script of the page. @returns the input of GraphiQL, and the elements of the page that the script changes */
function open(tabs: typeof EXPLORER_TABS, send: Fetcher) {
  const elements = {
    '#who': { textContent: '' },
    'header button': { hidden: true, click: () => {}, addEventListener },
    '#graphiql': {},
  }
  function addEventListener(this: { click: () => void }, _event: string, listener: () => void) {
    this.click = listener
  }
  const script = graphiqlPage({ tabs, signIn: true }).split('<script>')[1]?.split('</script>')[0] ?? ''
  const rendered: Props[] = []
  runInNewContext(script, {
    GraphiQL: { createFetcher: () => send },
    React: { createElement: (_component: object, props: Props) => props },
    ReactDOM: { createRoot: () => ({ render: (props: Props) => rendered.push(props) }) },
    document: { querySelector: (selector: keyof typeof elements) => elements[selector] },
  })
  return { props: rendered[0] as Props, who: elements['#who'], button: elements['header button'] }
}

test('the tabs contain a query, the sign-in and a mutation, all valid and with variables', async () => {
  const schema = buildSchema(await readFile(new URL('../../schema/api.graphql', import.meta.url), 'utf8'))
  const { defaultTabs } = open(EXPLORER_TABS, async () => ({})).props
  for (const { query } of defaultTabs) expect(validate(schema, parse(query))).toEqual([])
  const kinds = defaultTabs.map(({ query }) => getOperationAST(parse(query))?.operation)
  expect(kinds).toEqual(['query', 'mutation', 'mutation'])
  expect(defaultTabs.map(({ variables }) => JSON.parse(variables))).toEqual(
    EXPLORER_TABS.map(({ variables }) => variables),
  )
})

test('after a sign-in, requests have its token until the button is pressed; the tab "Headers" takes precedence', async () => {
  const sent: unknown[] = []
  const page = open(EXPLORER_TABS, async (_params, options) => {
    sent.push(options?.headers)
    return SESSION
  })
  const { fetcher } = page.props
  await fetcher({}, {})
  expect(page.who.textContent).toContain('Signed in as alice')
  expect(page.button.hidden).toBe(false)
  await fetcher({}, { headers: { 'x-trace': '1' } })
  await fetcher({}, { headers: { Authorization: 'Bearer mine' } })
  page.button.click()
  await fetcher({})
  expect(page.who.textContent).toContain('Signed in')
  expect(sent).toEqual([
    {},
    { 'x-trace': '1', authorization: 'Bearer a.b.c' },
    { Authorization: 'Bearer mine' },
    {},
  ])
})

test('the text of a tab cannot close the script element', () => {
  const html = graphiqlPage({
    tabs: [{ query: '{ a } # </script><script>alert(1)', variables: {} }],
    signIn: false,
  })
  expect(html).not.toContain('alert(1)</script>')
  expect(html).not.toContain('</script><script>alert')
})
