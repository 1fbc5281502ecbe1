import { inheritedEnv } from '../../platform/config/read-config.ts'
import { stopSignal } from '../../platform/lifecycle.ts'
import { openInstallation, type Installation } from './installation.ts'

const printToStderr = (line: string) => console.error(line)

/**
 * Runs a command on the installation of the environment. Ctrl-C, and a reader of the output that goes away, abort it.
 *
 * @param isNormalEnd whether the command usually ends by being interrupted
 * @returns false if something needs attention; the exit code is then 1
 */
export async function runOnInstallation(
  run: (installation: Installation, stop: AbortSignal) => Promise<boolean>,
  isNormalEnd = false,
): Promise<boolean> {
  await using installation = await openInstallation(inheritedEnv(), printToStderr)
  const stopping = new AbortController()
  void stopSignal().then(() => stopping.abort())
  // The reader of our output has closed the pipe, as `head` does.
  process.stdout.on('error', () => stopping.abort())
  try {
    return await run(installation, stopping.signal)
  } catch (error) {
    // An interrupted command fails in many ways.
    if (stopping.signal.aborted) return isNormalEnd
    throw error
  }
}
