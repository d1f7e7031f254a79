import type { H3Event } from 'h3'

/**
 * Answers with server-sent events until the work ends; a failure becomes the event `failed` with the usual error body.
 * @param event the request
 * @param work calls `push(name, data)` for each event
 */
export async function streamEvents(event: H3Event, work: (push: (name: string, data: unknown) => void) => Promise<void>): Promise<void> {
  const { res } = event.node
  setResponseHeaders(event, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
  res.flushHeaders()
  const push = (name: string, data: unknown) => {
    if (!res.destroyed) res.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  try {
    await work(push)
  }
  catch (error) {
    if (!res.destroyed) push('failed', answerError(event, error))
  }
  res.end()
  event._handled = true
}
