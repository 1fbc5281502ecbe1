import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { LongFilesFirst } from './test/support/long-files-first.ts'
import { TIMEOUT_MS } from './test/support/timeout.ts'

/** The packages beside ours load graphql as CommonJS; without this, vitest would load it a second time as ESM. */
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] }

const timeouts = {
  testTimeout: 3 * TIMEOUT_MS,
  hookTimeout: 3 * TIMEOUT_MS,
  expect: { poll: { timeout: TIMEOUT_MS } },
}

/** Tests over Postgres and processes. */
const whole = {
  ...timeouts,
  globalSetup: ['test/support/global-setup.ts'],
  /** Hundreds of processes start, each of the same modules: half of their start is compiling. */
  env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '.cache/node') },
}

/** Tests that start whole systems and kill what they have started: each keeps some processors busy by itself. */
const SYSTEMS = [
  'test/{cache-command,chaos,log-command}/**/*.test.ts',
  'test/integration/{commands,embedded-postgres,postgres-crash,start,start-refusals,supervisor}.test.ts',
  'test/e2e/{block,follow-restores,partial-failure,restart,schema-check}.test.ts',
  'test/followers/saga.test.ts',
  'test/posts/{authors,authors-copy,authors-redis,blocks,blocks-copy}.test.ts',
]

/** `npm test` runs all of them; `npm test -- --project unit` needs no database, and is part of `npm run check`. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongFilesFirst },
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          ...timeouts,
          /** Its tests leave nothing behind in a module, so the files share their imports: half the time. */
          isolate: false,
          include: ['**/*.test.ts'],
          exclude: [
            'test/!(architecture|schema-check)/**',
            'test/schema-check/!(corpus)/**',
            '**/node_modules/**',
            '.cache/**',
            '.data/**',
          ],
        },
      },
      {
        resolve,
        test: {
          name: 'integration',
          ...whole,
          include: ['test/**/*.test.ts'],
          exclude: ['test/architecture/**', 'test/schema-check/corpus/**', ...SYSTEMS],
          /** Twice the processors of a small machine: many tests wait. */
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        test: {
          name: 'systems',
          ...whole,
          include: SYSTEMS,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        resolve,
        test: {
          name: 'apollo',
          ...whole,
          /** End to end over the other engine; `npm run test:apollo` has more. */
          include: ['test/e2e/{node,profile,partial-failure}.test.ts'],
          env: { ...whole.env, GATEWAY_ENGINE: 'apollo' },
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
