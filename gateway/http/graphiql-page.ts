import type { Explorer } from './default-query.ts'
import { inScript } from './sandbox-page.ts'

/** GraphiQL from our own bundle, for networks that end at the firewall. */
export function graphiqlPage({ query, variables }: Explorer): string {
  const props = {
    defaultQuery: query,
    variables,
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: true,
  }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Tessera: GraphiQL</title>
<style>html, body, #graphiql { margin: 0; height: 100% }</style>
<link rel="stylesheet" href="/graphiql/graphiql.min.css">
</head>
<body>
<div id="graphiql">Loading…</div>
<script src="/graphiql/react.production.min.js"></script>
<script src="/graphiql/react-dom.production.min.js"></script>
<script src="/graphiql/graphiql.min.js"></script>
<script>
  const fetcher = GraphiQL.createFetcher({ url: '/graphql' })
  const element = React.createElement(GraphiQL, { fetcher, ...${inScript(props)} })
  ReactDOM.createRoot(document.querySelector('#graphiql')).render(element)
</script>
</body>
</html>
`
}
