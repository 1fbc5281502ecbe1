import type { Explorer } from './default-query.ts'

/** A page with Apollo Sandbox, whose script comes from Apollo's network. A browser that cannot load it goes to GraphiQL. */
export function sandboxPage({ tabs: [{ query, variables }] }: Explorer): string {
  const initialState = { document: query, variables, pollForSchemaUpdates: false }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tessera: Apollo Sandbox</title>
<style>
  html, body { margin: 0; height: 100%; font: 15px system-ui, sans-serif }
  body { display: flex; flex-direction: column }
  header { padding: 8px 16px; background: #15252d; color: #fff }
  header a { color: #7dd3fc }
  #sandbox { flex: 1 }
  #sandbox iframe { border: 0; width: 100%; height: 100% }
</style>
</head>
<body>
<header>Apollo Sandbox is loaded from Apollo's network. <a href="/graphiql">GraphiQL</a> needs no network.</header>
<div id="sandbox"></div>
<script src="https://embeddable-sandbox.cdn.apollographql.com/_latest/embeddable-sandbox.umd.production.min.js"
  onerror="location.replace('/graphiql')"></script>
<script>
  if (window.EmbeddedSandbox) new window.EmbeddedSandbox({
    target: '#sandbox',
    initialEndpoint: location.origin + '/graphql',
    initialState: ${inScript(initialState)},
  })
</script>
</body>
</html>
`
}

/** JSON that cannot end the script element it stands in. */
export function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}
