/** @apollo/gateway reports usage to Apollo unless this variable says otherwise when a gateway is made. */
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'
