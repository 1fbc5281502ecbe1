import { defineConfig } from 'vitest/config'

/** The packages beside ours load graphql as CommonJS; without this, vitest would load it a second time as ESM. */
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] }

/** `npm test` runs both; `npm test -- --project unit` needs no database, and is part of `npm run check`. */
export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          /** Its tests leave nothing behind in a module, so the files share their imports: half the time. */
          isolate: false,
          include: ['**/*.test.ts'],
          exclude: ['test/!(architecture)/**', '**/node_modules/**', '.cache/**', '.data/**'],
        },
      },
      {
        resolve,
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ['test/architecture/**'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: 'apollo',
          /** End to end over the other engine; `npm run test:apollo` has more. */
          include: ['test/e2e/{node,profile,partial-failure}.test.ts'],
          env: { GATEWAY_ENGINE: 'apollo' },
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
