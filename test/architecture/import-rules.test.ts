import { beforeAll, describe, expect, test } from 'vitest'
import { lintPlanted, type Finding } from './lint-planted.ts'

const FORBIDDEN: [from: string, to: string][] = [
  ['contracts', '../platform/log.ts'],
  ['contracts', '../patterns/pagination/index.ts'],
  ['contracts', '../gateway/server.ts'],
  ['contracts', '../subgraphs/users/domain/user.ts'],
  ['contracts', 'node:crypto'],
  ['contracts', 'zod'],
  ['platform', '../patterns/pagination/index.ts'],
  ['platform/graphql', '../../gateway/server.ts'],
  ['platform/graphql', '../../subgraphs/users/server.ts'],
  ['platform/postgres', '../../prisma/users/generated/client.ts'],
  ['platform', '../cli/start.ts'],
  ['platform', '../service/start-service.ts'],
  ['platform', '../local/processes/run.ts'],
  ['patterns/outbox', '../../platform/log.ts'],
  ['patterns/outbox', '../../gateway/server.ts'],
  ['patterns/outbox', '../../subgraphs/posts/domain/post.ts'],
  ['patterns/outbox', '../../prisma/posts/generated/client.ts'],
  ['patterns/outbox', '../../test/support/database.ts'],
  ['patterns/outbox', '../../service/start-service.ts'],
  ['patterns/outbox', '../../local/processes/run.ts'],
  ['service/graphql', '../../gateway/server.ts'],
  ['service/graphql', '../../subgraphs/users/server.ts'],
  ['service/graphql', '../../prisma/users/generated/client.ts'],
  ['service/graphql', '../../patterns/change-log/token/token.ts'],
  ['service/graphql', '../../local/processes/run.ts'],
  ['local/seed', '../../cli/start.ts'],
  ['local/seed', '../../patterns/change-log/token/token.ts'],
  ['gateway', '../subgraphs/users/server.ts'],
  ['gateway/http', '../../subgraphs/users/server.ts'],
  ['gateway/http', '../../local/system/banner.ts'],
  ['gateway/http', '../../prisma/users/generated/client.ts'],
  ['gateway/http', '../../platform/postgres/database.ts'],
  ['gateway/http', '../../patterns/pagination/page.ts'],
  ['gateway/http', 'pg'],
  ['schema/check', '../../cli/compose.ts'],
  ['schema/check', '../../gateway/main.ts'],
  ['schema/check', '../../gateway/node-field/resolvers.ts'],
  ['schema/check', '../../gateway/node/sdl.ts'],
  ['schema/check/lint', '../../../subgraphs/users/server.ts'],
  ['schema/operations', '../../patterns/pagination/index.ts'],
  ['schema/operations', '../../platform/redis/connect.ts'],
  ['subgraphs/users', '../posts/domain/post.ts'],
  ['subgraphs/users', '../../gateway/server.ts'],
  ['subgraphs/users', '../../prisma/posts/generated/client.ts'],
  ['subgraphs/users', '../../local/system/banner.ts'],
  ['subgraphs/posts/queries', '../../users/domain/user.ts'],
  ['subgraphs/posts/queries', '../../../subgraphs/users/domain/user.ts'],
  ['subgraphs/posts/queries', '../../../prisma/users/generated/client.ts'],
  ['subgraphs/posts/queries', '../../../gateway/server.ts'],
  ['subgraphs/posts/queries', '../../../patterns/pagination/page.ts'],
  ['subgraphs/posts/queries', '../../../bench/load.ts'],
  ['subgraphs/posts/queries', '../resolvers/post.ts'],
  ['subgraphs/posts/queries', '../server.ts'],
  ['subgraphs/posts/commands', '../resolvers.ts'],
  ['subgraphs/posts/commands', '../resolvers/post.ts'],
  ['subgraphs/posts/resolvers', '../server.ts'],
  ['subgraphs/followers/domain', '../commands/follow.ts'],
  ['subgraphs/followers/domain', '../queries/lists.ts'],
  ['subgraphs/followers/domain', '../resolvers/user.ts'],
  ['subgraphs/followers/domain', '../../../platform/clock.ts'],
  ['subgraphs/followers/domain', '../../../patterns/pagination/index.ts'],
  ['subgraphs/followers/domain', '../../../prisma/followers/generated/client.ts'],
  ['subgraphs/followers/domain', '../../posts/domain/post.ts'],
  ['subgraphs/followers/domain', 'graphql'],
  ['subgraphs/followers/domain', '@prisma/client'],
  ['subgraphs/followers/domain', 'node:crypto'],
  ['gateway', 'node:process'],
]

const ALLOWED: [from: string, to: string][] = [
  ['contracts', './ids.ts'],
  ['platform', '../contracts/ids.ts'],
  ['platform', 'pino'],
  ['patterns/outbox', '../../contracts/failure.ts'],
  ['patterns/outbox', 'dataloader'],
  ['patterns/outbox', './tick.ts'],
  ['gateway/http', '../../platform/log.ts'],
  ['gateway/http', '../../patterns/pagination/index.ts'],
  ['schema/check', '../../gateway/node-field/sdl.ts'],
  ['schema/check', '../../platform/config/read-config.ts'],
  ['schema/check/changes', 'graphql'],
  ['schema/check/usage', '../finding.ts'],
  ['subgraphs/users', '../../prisma/users/generated/client.ts'],
  ['subgraphs/users/commands', '../domain/user.ts'],
  ['subgraphs/users/commands', '../../../prisma/users/generated/client.ts'],
  ['subgraphs/users/commands', '../../../patterns/idempotency/index.ts'],
  ['subgraphs/users/resolvers', '../commands/sign-up.ts'],
  ['subgraphs/users/resolvers', '../queries/lists.ts'],
  ['subgraphs/users/domain', '../../../contracts/failure.ts'],
  ['subgraphs/users/domain', './handle.ts'],
  ['cli', '../subgraphs/users/server.ts'],
  ['local/seed', '../../subgraphs/posts/domain/mentions.ts'],
  ['service/graphql', '../../patterns/change-log/index.ts'],
  ['service/graphql', '../../platform/log.ts'],
  ['test/integration', '../../local/system/banner.ts'],
]

const STATEMENTS: [string, (target: string) => string][] = [
  ['import', (target) => `import { a } from '${target}'\nexport const b = a\n`],
  ['import type', (target) => `import type { A } from '${target}'\nexport type B = A\n`],
  ['export from', (target) => `export { a } from '${target}'\n`],
  ['import()', (target) => `export const b = await import('${target}')\n`],
]

const OTHERS: [name: string, path: string, text: string, rule: string][] = [
  ['process.env outside platform/config', 'gateway/a.ts', 'export const a = process.env\n', 'no-process-env'],
  ['globalThis.process', 'gateway/b.ts', 'export const a = globalThis.process\n', 'no-restricted-properties'],
  [
    'Date.now() in a subgraph',
    'subgraphs/posts/a.ts',
    'export const a = Date.now()\n',
    'no-restricted-properties',
  ],
  [
    'Date.now() in a check of schemas',
    'schema/check/a.ts',
    'export const a = Date.now()\n',
    'no-restricted-properties',
  ],
  [
    'Math.random() in a contract',
    'contracts/a.ts',
    'export const a = Math.random()\n',
    'no-restricted-properties',
  ],
  ['a default export', 'platform/a.ts', 'export default 1\n', 'no-default-export'],
  ['console in a subgraph', 'subgraphs/posts/b.ts', "console.log('hello')\n", 'no-console'],
  ['any', 'platform/b.ts', 'export const a = (b: any): unknown => b\n', 'no-explicit-any'],
  [
    'ts-expect-error',
    'platform/c.ts',
    '// @ts-expect-error: why\nexport const a: string = 1\n',
    'ban-ts-comment',
  ],
  [
    'a type import in an annotation',
    'contracts/b.ts',
    "export type A = import('zod').ZodType\n",
    'consistent-type-imports',
  ],
  [
    'a floating promise',
    'platform/d.ts',
    'async function a() {}\nexport function b() {\n  a()\n}\n',
    'no-floating-promises',
  ],
  ['a file of 301 lines', 'platform/e.ts', 'export {}\n'.repeat(301), 'max-lines'],
  ['an import cycle', 'platform/f.ts', "import { g } from './g.ts'\nexport const f = () => g\n", 'no-cycle'],
  [
    'an import cycle that closes through a type',
    'platform/h.ts',
    "import type { I } from './i.ts'\nexport type H = I\n",
    'no-cycle',
  ],
]

const planted = new Map<string, string>([
  ['platform/g.ts', "import { f } from './f.ts'\nexport const g = () => f\n"],
  ['platform/i.ts', "import type { H } from './h.ts'\nexport type I = { h: H }\n"],
  ...OTHERS.map(([, path, text]) => [path, text] as const),
])
const path = (list: string, from: string, i: number, j = 0) => `${from}/${list}-${i}-${j}.ts`
for (const [i, [from, to]] of FORBIDDEN.entries()) {
  for (const [j, [, write]] of STATEMENTS.entries()) planted.set(path('forbidden', from, i, j), write(to))
}
for (const [i, [from, to]] of ALLOWED.entries()) {
  planted.set(path('allowed', from, i), `import { a } from '${to}'\nexport const b = a\n`)
}

let findings: Map<string, Finding[]>
beforeAll(async () => {
  findings = Map.groupBy(await lintPlanted(planted), (finding) => finding.path)
})
const rulesFor = (file: string) => (findings.get(file) ?? []).map(({ rule }) => rule)

describe('imports follow the allowed directions', () => {
  test.for(FORBIDDEN.map(([from, to], i) => [from, to, i] as const))(
    '%s may not import %s',
    ([from, , i]) => {
      const caught = STATEMENTS.filter((_, j) =>
        rulesFor(path('forbidden', from, i, j)).includes('eslint(no-restricted-imports)'),
      )
      expect(caught.map(([statement]) => statement)).toEqual(STATEMENTS.map(([statement]) => statement))
    },
  )

  test.for(ALLOWED.map(([from, to], i) => [from, to, i] as const))('%s may import %s', ([from, , i]) => {
    expect(rulesFor(path('allowed', from, i))).not.toContain('eslint(no-restricted-imports)')
  })
})

describe('the linter reports', () => {
  test.for(OTHERS)('%s', ([, file, , rule]) => {
    expect(rulesFor(file).map((found) => found.replace(/^.*\(|\)$/g, ''))).toContain(rule)
  })
})
