/** @apollo/gateway sends figures to Apollo unless the environment says this. To be called before one is made. */
export function disableApolloTelemetry(): void {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'
}
