/** A command that the parent can call. It resolves with JSON. */
export type Commands = Readonly<Record<string, (argument: never) => Promise<unknown>>>

export type Request = { id: number; command: string; argument: unknown }
export type Reply = { id: number; result?: unknown; error?: string }

/** Runs commands for the parent process, and ends with it. */
export function serveCommands(commands: Commands): void {
  process.on('message', ({ id, command, argument }: Request) => {
    const run = commands[command] as ((argument: unknown) => Promise<unknown>) | undefined
    const running = run ? run(argument) : Promise.reject(new Error(`there is no command ${command}`))
    running.then(
      (result) => tell({ id, result }),
      (error: unknown) => tell({ id, error: String(error) }),
    )
  })
  process.on('disconnect', () => process.exit())
}

/** Sends a message to the parent. */
export function tell(message: object): void {
  process.send?.(message)
}
