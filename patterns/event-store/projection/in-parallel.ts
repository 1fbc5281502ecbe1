/**
 * Does the work on each item, `parallel` items at a time. Takes no further items after a failure, or when `stop` is aborted.
 * What has begun is always waited for.
 *
 * @param done called after each item
 * @throws the first failure
 */
export async function inParallel<Item>(
  items: AsyncGenerator<Item>,
  work: (item: Item) => Promise<void>,
  { parallel, stop, done }: { parallel: number; stop: AbortSignal; done: () => void },
): Promise<void> {
  let failed = false
  async function worker(): Promise<void> {
    try {
      // Calls of `next` queue up in the generator.
      for (;;) {
        if (failed || stop.aborted) return
        const next = await items.next()
        if (next.done) return
        await work(next.value)
        done()
      }
    } catch (error) {
      failed = true
      throw error
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: parallel }, worker))
  await items.return(undefined)
  const failure = ends.find((end) => end.status === 'rejected')
  if (failure) throw failure.reason
}
