import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A shell script that waits until its standard input closes, which happens whenever the parent process ends, for any
 * reason. Then it stops the processes whose pids are in the folder (lock holders, Postgres, Redis), waits at most ten
 * seconds for each, and removes the folder.
 */
const CLEAR_UP = `read -r _
for name in lock postmaster.pid pid; do
  for file in $(find "$1" -name "$name"); do
    read -r pid rest < "$file"
    kill -QUIT "$pid"
    tries=100
    while [ $tries -gt 0 ] && kill -0 "$pid"; do sleep 0.1; tries=$((tries - 1)); done
  done
done
rm -rf "$1"`

/**
 * Creates a folder that every user can enter. It is removed at the end. If this process is killed first, the folder is
 * still removed, and the servers that were started in it are stopped.
 */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'tessera-test-'))
  // When started as root, Postgres runs as another user, who must be able to enter the folder.
  await chmod(path, 0o755)
  // Runs in a separate session, so that signals to all processes of the terminal do not reach it.
  const guard = spawn('sh', ['-c', CLEAR_UP, 'sh', path], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.unref()
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true })
      guard.kill('SIGKILL')
    },
  }
}
