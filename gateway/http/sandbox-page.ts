import type { Explorer } from './default-query.ts'

/** A page around Apollo Sandbox, whose script comes from Apollo's network. */
export function sandboxPage({ query, variables }: Explorer): string {
  const initialState = { document: query, variables: JSON.parse(variables), pollForSchemaUpdates: false }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
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
<header>Apollo Sandbox, from Apollo's network. Without access to it: <a href="/graphiql">GraphiQL</a>, served from here.</header>
<div id="sandbox"></div>
<script src="https://embeddable-sandbox.cdn.apollographql.com/_latest/embeddable-sandbox.umd.production.min.js"
  onerror="document.querySelector('#sandbox').textContent = 'Apollo Sandbox could not be loaded. Use GraphiQL.'"></script>
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
