import { Socket } from 'node:net'

/**
 * A connection to a server that answers all that it is sent. When it has said nothing for this long after something was
 * written, it is dead without a word, as when a router has lost it; nobody would be told of that for a quarter of an hour
 * (`tcp_retries2` of Linux), nor ever when something between still acknowledges. It is destroyed with an error of the code `ETIMEDOUT`.
 *
 * @param patienceMs longer than the server takes for anything it may be asked
 */
export function socketWithResponseTimeout(patienceMs: number): Socket {
  const socket = new Socket()
  let timer: NodeJS.Timeout | undefined
  const heard = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const giveUp = () => {
    const error = new Error(`The server has said nothing for ${patienceMs / 1_000} s.`)
    socket.destroy(Object.assign(error, { code: 'ETIMEDOUT' }))
  }
  // `connect` of net.Socket puts its own `write` back; this listener is the first.
  socket.once('connect', () => {
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean
    socket.write = (...args: unknown[]) => {
      timer ??= setTimeout(giveUp, patienceMs)
      return write(...args)
    }
  })
  return socket.on('data', heard).on('close', heard)
}
