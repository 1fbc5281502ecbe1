import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Test files that alone take as long as many others, longest first. */
const LONG = [
  'test/chaos/short-run.test.ts',
  'test/chaos/bugs/bugs.test.ts',
  'test/integration/start.test.ts',
]

/**
 * Starts the longest files first, so that none is still running alone when all others are done. Vitest sorts by file
 * size.
 */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((name) => moduleId.endsWith(name))
      return at < 0 ? LONG.length : at
    }
    const sorted = await super.sort.call(this, files)
    return sorted.toSorted((a, b) => rank(a) - rank(b))
  }
}
