/** Reads the samples of a Prometheus endpoint. A key is the name and the labels, exactly as in the text. */
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
