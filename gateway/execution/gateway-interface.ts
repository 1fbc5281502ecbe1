import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server'

/** What Apollo Server asks of an execution engine. */
export type GatewayInterface = ApolloServerOptionsWithGateway<BaseContext>['gateway']

type Executor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>
export type ExecutionResult = Awaited<ReturnType<Executor>>
