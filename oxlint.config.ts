import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type OxlintOverride } from 'oxlint'

/**
 * The laws of the house (docs/adr/0003-folders-and-imports.md), in the order of their generality: an override replaces the import
 * rule of those before it, so each states its whole law. test/architecture/import-rules.test.ts plants a violation of each.
 */

type Ban = { regex: string; message: string }

const subgraphs = readdirSync(join(import.meta.dirname, 'subgraphs'))

/** Bans folders of the house, from whatever depth: `../../platform/log.ts`. */
const folders = (names: readonly string[], message: string): Ban => ({
  regex: `^(\\.{1,2}/)+(${names.join('|')})/`,
  message,
})
/** Bans parts of the same subgraph, be they a folder or a file: `../resolvers/user.ts`, `../server.ts`. */
const parts = (names: readonly string[], message: string): Ban => ({
  regex: `^(\\.{1,2}/)+(${names.join('|')})(/|\\.ts$)`,
  message,
})
const packages = (regex: string, message: string): Ban => ({ regex, message })

/** The imports that `files` may not have. */
function law(files: string[], bans: readonly Ban[], excludeFiles: string[] = []): OxlintOverride {
  const always = packages(
    '^(node:)?process$',
    'The environment is read by platform/config only; `process` is global.',
  )
  return {
    files,
    excludeFiles,
    rules: { 'no-restricted-imports': ['error', { patterns: [always, ...bans] }] },
  }
}

const TESTS = '**/*.test.ts'
const LEAVES = folders(
  ['cli', 'local', 'test', 'bench'],
  'Nothing is built on cli, local, the tests or the benchmarks.',
)
const BUILT_ON_LOCAL = folders(
  ['cli', 'test', 'bench'],
  'Nothing is built on cli, the tests or the benchmarks.',
)
/** "Not index.ts", spelt out: these expressions know no look-ahead, and a negated `group` excuses other bans too. */
const PATTERN_INSIDES: Ban = {
  regex: '^(\\.{1,2}/)+patterns/[^/]+/([^/]+/|[^i]|i[^n]|in[^d]|ind[^e]|inde[^x]|index[^.])',
  message: 'A pattern is imported by its index.ts.',
}
const PURE = packages('^[^.]', 'This folder is pure: it imports no package and nothing of node.')
const CONTRACTS_ONLY = folders(
  ['gateway', 'patterns', 'platform', 'prisma', 'service', 'subgraphs', 'schema'],
  'This folder imports contracts/ at most.',
)

const contracts = [
  law(['contracts/**'], [LEAVES, CONTRACTS_ONLY, PURE], [TESTS]),
  law([`contracts/${TESTS}`], [LEAVES, CONTRACTS_ONLY]),
]

const platform = law(['platform/**'], [LEAVES, CONTRACTS_ONLY])

const patterns = law(
  ['patterns/**'],
  [
    LEAVES,
    folders(
      ['gateway', 'platform', 'prisma', 'service', 'subgraphs', 'schema'],
      'A pattern imports contracts/ and packages; what else it needs, it declares as a port.',
    ),
  ],
)

const service = law(
  ['service/**'],
  [
    LEAVES,
    PATTERN_INSIDES,
    folders(
      ['gateway', 'prisma', 'subgraphs', 'schema'],
      'What all services share knows none of them: it imports patterns/, platform/ and contracts/.',
    ),
  ],
)

const local = law(['local/**'], [BUILT_ON_LOCAL, PATTERN_INSIDES])

const gateway = law(
  ['gateway/**'],
  [
    LEAVES,
    PATTERN_INSIDES,
    folders(['subgraphs', 'service'], 'The gateway knows subgraphs only by the supergraph schema.'),
    folders(['prisma', 'platform/postgres'], 'The gateway has no database.'),
    packages('^(pg|@prisma/.*)$', 'The gateway has no database.'),
  ],
)

/** "Not node-field/sdl.ts", spelt out as above. */
const GATEWAY_EXCEPT_NODE_SDL: Ban = {
  regex:
    '^(\\.{1,2}/)+gateway/([^n]|n[^o]|no[^d]|nod[^e]|node[^-]|node-[^f]|node-field/([^s]|s[^d]|sd[^l]|sdl[^.]))',
  message: 'Of the gateway, schema/ knows only the SDL of the node subgraph.',
}

const schema = law(
  ['schema/**'],
  [
    LEAVES,
    GATEWAY_EXCEPT_NODE_SDL,
    folders(
      ['patterns', 'platform/postgres', 'platform/redis', 'prisma', 'service', 'subgraphs'],
      'The checks of schemas read files: they import platform/, contracts/ and packages.',
    ),
  ],
)

function subgraph(name: string): OxlintOverride[] {
  const others = subgraphs.filter((other) => other !== name)
  const outside = [
    LEAVES,
    PATTERN_INSIDES,
    folders(['gateway'], 'A subgraph does not know the gateway.'),
    {
      regex: `^(\\.\\./)+(subgraphs/)?(${others.join('|')})/`,
      message: 'A subgraph does not know another one.',
    },
    folders(
      others.map((other) => `prisma/${other}`),
      "Another subgraph's database is out of bounds.",
    ),
  ]
  const upward = parts(
    ['resolvers', 'server', 'main'],
    'Within a subgraph: resolvers → commands, queries → domain.',
  )
  const domain = [
    ...outside,
    CONTRACTS_ONLY,
    parts(
      ['commands', 'queries', 'resolvers', 'context', 'server', 'main'],
      'The domain knows only contracts/.',
    ),
  ]
  return [
    law([`subgraphs/${name}/**`], outside),
    law([`subgraphs/${name}/{commands,queries}/**`], [...outside, upward]),
    law(
      [`subgraphs/${name}/resolvers/**`],
      [...outside, parts(['server', 'main'], 'Resolvers do not know the server.')],
    ),
    law([`subgraphs/${name}/domain/**`], [...domain, PURE], [TESTS]),
    law([`subgraphs/${name}/domain/${TESTS}`], domain),
  ]
}

/** Time and randomness come in as arguments. */
const determinism: OxlintOverride = {
  files: ['contracts/**', 'gateway/**', 'patterns/**', 'schema/**', 'service/**', 'subgraphs/**'],
  rules: {
    'no-restricted-properties': [
      'error',
      { object: 'Date', property: 'now', message: 'Take a Clock as an argument.' },
      { object: 'Math', property: 'random', message: 'Take randomness as an argument.' },
      {
        object: 'globalThis',
        property: 'process',
        message: 'The environment is read by platform/config only.',
      },
    ],
  },
}

export default defineConfig({
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'node', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  ignorePatterns: ['node_modules', 'prisma/*/generated'],
  rules: {
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-default-export': 'error',
    'max-lines': ['error', 300],
    'no-console': 'error',
    'node/no-process-env': 'error',
    'typescript/ban-ts-comment': ['error', { 'ts-expect-error': true }],
    'typescript/consistent-type-imports': [
      'error',
      { disallowTypeAnnotations: true, fixStyle: 'inline-type-imports' },
    ],
    'typescript/no-explicit-any': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'unicorn/prefer-node-protocol': 'error',
    // Strings are spread on purpose: by code points.
    'typescript/no-misused-spread': ['error', { allow: ['string'] }],
    // Off: names of GraphQL and of unused disposables begin with underscores; input is checked for control characters;
    // `noImplicitReturns` and exhaustive switches know better; the rest is taste.
    'no-underscore-dangle': 'off',
    'no-control-regex': 'off',
    'consistent-return': 'off',
    'typescript/consistent-return': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'import/no-named-as-default-member': 'off',
    'import/no-unassigned-import': 'off',
    'promise/always-return': 'off',
    'typescript/unbound-method': 'off',
    'typescript/no-unnecessary-type-parameters': 'off',
    'vitest/require-to-throw-message': 'off',
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'unicorn/consistent-function-scoping': 'off',
    // For windows of a browser; Node's threads have no origin.
    'unicorn/require-post-message-target-origin': 'off',
  },
  overrides: [
    law(['cli/**', 'test/**', 'bench/**'], []),
    ...contracts,
    platform,
    patterns,
    service,
    local,
    gateway,
    schema,
    ...subgraphs.flatMap(subgraph),
    determinism,
    { files: ['*.config.ts', 'test/support/global-setup.ts'], rules: { 'import/no-default-export': 'off' } },
    { files: ['platform/config/**'], rules: { 'node/no-process-env': 'off' } },
    { files: ['cli/**', 'local/**', 'bench/**', 'platform/lifecycle.ts'], rules: { 'no-console': 'off' } },
  ],
})
