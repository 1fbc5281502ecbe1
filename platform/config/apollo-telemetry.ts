/** Stops @apollo/gateway from sending usage data to Apollo. Call it before a gateway is created. */
export function disableApolloTelemetry(): void {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'
}
