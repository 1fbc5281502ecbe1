/** The samples of a Prometheus endpoint, by name and labels as they are written. */
export async function readMetrics(url: string | null): Promise<Map<string, number>> {
  const response = await fetch(url ?? '')
  if (response.status !== 200) throw new Error(`${url}: ${response.status}`)
  const samples = new Map<string, number>()
  for (const line of (await response.text()).split('\n')) {
    const [, name, value] = /^([^#].*) (\S+)$/.exec(line) ?? []
    if (name !== undefined) samples.set(name, Number(value))
  }
  return samples
}
