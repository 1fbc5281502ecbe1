import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Reads until its standard input ends: when this process has ended, however it did. Then it ends the processes whose pids are in
 * the folder (those who hold a lock, Postgres, Redis), waits ten seconds at most for each, and removes the folder.
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
 * A folder that every user can enter. It is removed at the end; if this process is killed before, then too, together with the
 * servers that were started in it.
 */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'tessera-test-'))
  // As root, Postgres runs as somebody else, who must be able to pass through.
  await chmod(path, 0o755)
  // In a session of its own: a signal to all processes of the terminal is not for it.
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
