/** What is different with Apollo's engine, for the log. docs/adr/0016-apollo-engine.md has the reasons. */
export const APOLLO_DIFFERENCES =
  'GATEWAY_ENGINE=apollo: operations are executed by @apollo/gateway. It plans on the event loop and not ahead of a ' +
  'reload, interprets the plan for each request, shows no query plans, can put "@" into the paths of errors, reads ' +
  'numbers of custom scalars as doubles, and has the faults of planning listed in docs/adr/0004-engine.md. See docs/gateway.md.'
