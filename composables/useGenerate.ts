import { GenerateResponseSchema, type GenerateRequest, type GenerateResponse, type GenerateStep } from '#shared/schemas/audio'
import { readEventStream } from '#shared/utils/event-stream'
import type { z } from 'zod'
import type { Making } from '~/stores/audio'

/** Lets go of what is being made; there is one at a time in a browser. */
let controller: AbortController | null = null
/** The request that has no answer yet, and its key: asking the same again must not make it twice. */
let unanswered: { url: string, body: string, key: string } | null = null

/**
 * Makes a message and follows its steps. What is being made stands in the audio store, so that leaving the page and
 * coming back finds it still going.
 */
export function useGenerate() {
  const store = useAudioStore()
  const failure = ref<ApiError | null>(null)

  /**
   * Asks for a message.
   * @returns the message, or null when it was cancelled or failed (`failure` says why)
   */
  async function generate(request: GenerateRequest): Promise<GenerateResponse | null> {
    if (store.making) return null
    failure.value = null
    store.making = { step: null, started_at: Date.now(), with_jingle: Boolean(request.jingle) }
    controller = new AbortController()
    const { signal } = controller
    try {
      const message = await speak('/api/v1/audio/generate', request, GenerateResponseSchema, signal, (step) => {
        if (store.making) store.making.step = step
      })
      store.made = message
      return message
    }
    catch (thrown) {
      if (!signal.aborted) failure.value = toApiError(thrown)
      return null
    }
    finally {
      store.making = null
      controller = null
    }
  }

  function cancel() {
    forgetUnanswered()
    controller?.abort()
  }

  return { generate, cancel, failure }
}

/** A message that is being made for one place only: its steps, the way out, and why it failed. One at a time. */
export function useMaking() {
  const making = ref<Making | null>(null)
  const failure = ref<ApiError | null>(null)
  let own: AbortController | null = null

  /**
   * Asks as {@link speak} does.
   * @returns the answer, or null when it was cancelled or failed (`failure` says why)
   */
  async function make<T>(url: string, request: object, answer: z.ZodType<T>, with_jingle: boolean): Promise<T | null> {
    if (making.value) return null
    failure.value = null
    making.value = { step: null, started_at: Date.now(), with_jingle }
    own = new AbortController()
    const { signal } = own
    try {
      return await speak(url, request, answer, signal, (step) => {
        if (making.value) making.value.step = step
      })
    }
    catch (thrown) {
      if (!signal.aborted) failure.value = toApiError(thrown)
      return null
    }
    finally {
      making.value = null
    }
  }

  return { making, failure, make, cancel: () => own?.abort() }
}

/**
 * Asks a route that speaks for a message, and follows its steps. The same request, asked again while it has no answer,
 * is the same for the server too.
 * @param answer what the finished message is answered as
 * @throws ApiError as the route answers it
 */
export async function speak<T>(url: string, request: object, answer: z.ZodType<T>, signal: AbortSignal, onStep: (step: GenerateStep) => void): Promise<T> {
  const body = JSON.stringify(request)
  if (unanswered?.url !== url || unanswered.body !== body) unanswered = { url, body, key: newKey() }
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'accept': 'text/event-stream', 'content-type': 'application/json', 'idempotency-key': unanswered.key },
    body,
    signal,
  })
  if (!response.ok) throw refused({ status: response.status, data: await response.json().catch(() => null) })
  if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return answered(answer, await response.json())
  }
  let last: { event: string, value: unknown } | undefined
  // Read to its end, so that the browser has nothing to abort.
  for await (const { event, data } of readEventStream(response.body)) {
    last = { event, value: JSON.parse(data) }
    if (event === 'step') onStep((last.value as { step: GenerateStep }).step)
  }
  if (last?.event === 'done') return answered(answer, last.value)
  if (last?.event === 'failed') throw refused({ status: 422, data: last.value })
  throw new TypeError('The answer ended before the message was made')
}

/** What was asked without an answer is let go: asking the same again makes another one. */
export function forgetUnanswered() {
  unanswered = null
}

/** An answer, though not the one hoped for: the next try is a new request, perhaps after signing in again. */
function refused(failed: { status: number, data: unknown }): ApiError {
  unanswered = null
  return sayIfSessionEnded(toApiError(failed))
}

function answered<T>(answer: z.ZodType<T>, value: unknown): T {
  unanswered = null
  return answer.parse(value)
}
