import type { Program } from '../../support/program.ts'
import type { Bed } from '../bed.ts'

/** Waits for the consumer that has applied everything. */
export type Finished = { consumer: Program }

export function startBoth(bed: Bed): { owner: Program; consumer: Program } {
  return { owner: bed.startOwner(), consumer: bed.startConsumer() }
}

/** Writes once more and waits until the consumer has applied that, so all earlier effects have happened. */
export async function finish(bed: Bed, consumer: Program): Promise<Finished> {
  const writer = await bed.writer()
  await bed.passed(await writer.write('end', 'end'))
  return { consumer }
}
