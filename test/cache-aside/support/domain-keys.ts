import { keyPrefix } from '../../../patterns/cache-aside/index.ts'
import type { SendCommand } from '../../../patterns/change-log/index.ts'

/** What may happen to the keys of a cache domain in Redis: evictions, a flush, and the return of an old file. */
export function domainKeys(send: SendCommand, domain: string) {
  const prefix = keyPrefix(domain)
  const list = async (start: string) => (await send(['KEYS', `${start}*`])) as string[]
  const remove = async (keys: readonly string[]) => {
    if (keys.length > 0) await send(['DEL', ...keys])
  }
  let saved: string[] | null = null
  const flush = async () => remove(await list(prefix))
  return {
    flush,
    /** Deletes the nth key that contains `part`. */
    async evict(part: string, n: number): Promise<void> {
      const keys = (await list(prefix)).filter((key) => key.includes(part)).toSorted()
      await remove(keys.slice(n % (keys.length || 1)).slice(0, 1))
    },
    async save(): Promise<void> {
      await remove(await list(`saved:${prefix}`))
      saved = await list(prefix)
      for (const key of saved) await send(['COPY', key, `saved:${key}`])
    },
    async restore(): Promise<void> {
      if (!saved) return
      await flush()
      for (const key of saved) await send(['COPY', `saved:${key}`, key])
    },
    async [Symbol.asyncDispose]() {
      await flush()
      await remove(await list(`saved:${prefix}`))
    },
  }
}
