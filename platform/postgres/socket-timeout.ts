import { Socket } from 'node:net'

/**
 * A connection to a server that responds to all data. If no data arrives for `timeoutMs` after a write, the connection is
 * dead, for example because a router has lost it. It is then destroyed with an error with the code `ETIMEDOUT`. Otherwise
 * this would be detected only after a quarter of an hour (`tcp_retries2` of Linux), or never if a device in between still
 * acknowledges.
 *
 * @param timeoutMs longer than the server needs for any request
 */
export function socketWithResponseTimeout(timeoutMs: number): Socket {
  const socket = new Socket()
  let timer: NodeJS.Timeout | undefined
  const heard = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const giveUp = () => {
    const error = new Error(`The server has not responded for ${timeoutMs / 1_000} s.`)
    socket.destroy(Object.assign(error, { code: 'ETIMEDOUT' }))
  }
  // `connect` of net.Socket restores the original `write`. This listener is the first to run after that.
  socket.once('connect', () => {
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
    socket.write = (...args: unknown[]) => {
      timer ??= setTimeout(giveUp, timeoutMs)
      return write(...args)
    }
  })
  return socket.on('data', heard).on('close', heard)
}
