import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server'

/** What Apollo Server asks of an execution engine. */
export type GatewayInterface = ApolloServerOptionsWithGateway<BaseContext>['gateway']
