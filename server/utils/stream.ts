import type { H3Event } from 'h3'
import type { GenerateStep } from '../../shared/schemas/audio'
import { stepTimer } from './timing'

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

/**
 * Answers with a message when it is made, and says in `Server-Timing` how long each step took;
 * `Accept: text/event-stream` hears the steps on the way.
 * @param make makes it, and calls back as each step begins
 */
export async function answerMaking<T>(event: H3Event, make: (onStep: (step: GenerateStep) => void) => Promise<T>): Promise<T | undefined> {
  if (getRequestHeader(event, 'accept')?.includes('text/event-stream')) {
    await streamEvents(event, async push => push('done', await make(step => push('step', { step }))))
    return undefined
  }
  const steps = stepTimer()
  const made = await make(steps.begin)
  setResponseHeader(event, 'server-timing', steps.serverTiming())
  return made
}
