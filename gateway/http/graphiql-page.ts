import type { Explorer } from './default-query.ts'
import { inScript } from './sandbox-page.ts'

/** GraphiQL from our own bundle, for networks without access to the internet. */
export function graphiqlPage({ tabs, signIn }: Explorer): string {
  const shown = tabs.map(({ query, variables }) => ({
    query,
    variables: JSON.stringify(variables, null, 2),
  }))
  const props = {
    defaultTabs: shown,
    // The editor of variables starts with these variables, not with the variables of the first tab.
    variables: shown[0]?.variables,
    defaultEditorToolsVisibility: 'variables',
    shouldPersistHeaders: true,
  }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tessera: GraphiQL</title>
<link rel="stylesheet" href="/graphiql/graphiql.min.css">
<style>${STYLE}</style>
</head>
<body>
${signIn ? SIGN_IN_BAR : ''}<div id="graphiql">Loading…</div>
<script src="/graphiql/react.production.min.js"></script>
<script src="/graphiql/react-dom.production.min.js"></script>
<script src="/graphiql/graphiql.min.js"></script>
<script>
  const send = GraphiQL.createFetcher({ url: '/graphql', enableIncrementalDelivery: false })
  const fetcher = ${signIn ? SIGNED_IN_FETCHER : 'send'}
  const element = React.createElement(GraphiQL, { fetcher, ...${inScript(props)} })
  ReactDOM.createRoot(document.querySelector('#graphiql')).render(element)
</script>
</body>
</html>
`
}

const SIGN_IN_BAR = `<header><span id="who">Not signed in. Run the tab SignIn.</span> <button hidden>Sign out</button></header>
`

/** Sends the access token of the last sign-in on this page, unless the tab "Headers" has an Authorization of its own. */
const SIGNED_IN_FETCHER = `signedIn(send)
  function signedIn(send) {
    let token = null
    const button = document.querySelector('header button')
    function show(session, name) {
      token = session
      document.querySelector('#who').textContent = session
        ? 'Signed in' + (name ? ' as ' + name : '') + '. Requests of this page carry the access token.'
        : 'Not signed in. Run the tab SignIn.'
      button.hidden = !session
    }
    button.addEventListener('click', () => show(null))
    return async (params, options) => {
      const given = options?.headers ?? {}
      const own = Object.keys(given).some((name) => name.toLowerCase() === 'authorization')
      const headers = own || !token ? given : { ...given, authorization: 'Bearer ' + token }
      const result = await send(params, { ...options, headers })
      for (const field of Object.values(result?.data ?? {})) {
        if (field?.session?.accessToken) show(field.session.accessToken, field.user?.handle)
      }
      return result
    }
  }`

const STYLE = `
  html, body { margin: 0; height: 100% }
  body { display: flex; flex-direction: column; font: 15px system-ui, sans-serif }
  header { padding: 6px 16px; background: #15252d; color: #fff }
  header button { font: inherit }
  #graphiql { flex: 1; min-height: 0 }
  /* On a phone: the editors above the response, the sidebar in one row below. */
  @media (max-width: 700px) {
    .graphiql-container { flex-direction: column-reverse }
    .graphiql-container .graphiql-sidebar { flex-direction: row; width: auto; padding: 0 8px }
    .graphiql-container .graphiql-sessions { margin: 4px }
    .graphiql-container .graphiql-main { min-height: 0 }
    .graphiql-container .graphiql-main > div { min-width: 0 }
    .graphiql-container .graphiql-logo, .graphiql-container .graphiql-horizontal-drag-bar { display: none }
    .graphiql-container #graphiql-session { flex-direction: column; gap: 8px; min-height: 0 }
    .graphiql-container .graphiql-query-editor { padding: 8px; column-gap: 4px }
    .graphiql-container .graphiql-editor-tool { padding: 8px }
  }
`
