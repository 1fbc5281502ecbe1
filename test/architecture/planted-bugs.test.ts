import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../platform/root.ts'
import { PLANT_NAMES } from '../chaos/loader/plants.ts'
import { changesOf } from '../chaos/loader/sources.ts'

/** Whoever changes a line that a known bug replaces changes the bug with it: test/chaos/README.md. */
test.each(PLANT_NAMES)(
  'the source contains the text that %s replaces, with and without failpoints',
  (plant) => {
    for (const failpoints of [false, true]) {
      for (const [file, change] of changesOf([plant], failpoints, failpoints)) {
        const source = readFileSync(join(root, file), 'utf8')
        expect(change(source)).not.toBe(source)
      }
    }
  },
)
