import { setTimeout as sleep } from 'node:timers/promises'
import type { ElevenLabsClient } from '@elevenlabs/elevenlabs-js'
import { ProviderFailed } from '../errors'
import { LOCAL_STATUS, UNREACHABLE, UNUSABLE, readVendorError, toProviderFailed } from './elevenlabs-errors'
import { tidyVoicesPage } from './elevenlabs-voices'
import type { Slots } from './slots'

export interface CallLimits {
  /** For a whole operation: waiting for a slot, every attempt and the pauses between them. */
  timeout_ms: number
  max_attempts: number
  /** A vendor that asks for a longer pause than this is not waited for. */
  max_retry_wait_ms: number
}

export interface CallOptions extends Partial<CallLimits> {
  signal?: AbortSignal
  /** Speech takes a slot of the plan; lists do not. */
  takes_slot?: boolean
}

/** What every request is given: our signal, and no retries of the SDK's own, which an abort does not cut. */
export interface RequestOptions {
  abortSignal: AbortSignal
  maxRetries: 0
  timeoutInSeconds: number
}

interface RawAnswer<Data> {
  data: Data
  rawResponse: { headers: Headers }
}

interface Answering<Data> {
  withRawResponse(): Promise<RawAnswer<Data>>
}

export type Call = <Data>(options: CallOptions, request: (client: ElevenLabsClient, options: RequestOptions) => Answering<Data>) => Promise<RawAnswer<Data>>

const FIRST_PAUSE_MS = 500
const VOICES_PATH = '/v2/voices'

/**
 * The one way to the vendor: loads the SDK at the first call (it takes over a second), then, under one deadline, waits
 * for a slot, asks, and tries again after 429, 5xx and failed connections only.
 */
export function createCall(credentials: { api_key: string, base_url: string }, limits: CallLimits, slots: Slots): Call {
  let loading: Promise<ElevenLabsClient> | undefined

  function loadClient(): Promise<ElevenLabsClient> {
    loading ??= import('@elevenlabs/elevenlabs-js').then(({ ElevenLabsClient }) => new ElevenLabsClient({
      apiKey: credentials.api_key,
      baseUrl: credentials.base_url,
      maxRetries: 0,
      // Its debug lines have shown the key.
      logging: { silent: true },
      fetch: guardedFetch,
    }))
    loading.catch(() => loading = undefined)
    return loading
  }

  return async (options, request) => {
    const { signal, takes_slot, timeout_ms, max_attempts, max_retry_wait_ms } = { ...limits, ...options }
    signal?.throwIfAborted()
    const client = await loadClient()
    const deadline = AbortSignal.timeout(timeout_ms)
    const both = signal ? AbortSignal.any([signal, deadline]) : deadline
    // The SDK's own time-out stops at the headers: later than ours, so that it never decides.
    const requestOptions: RequestOptions = { abortSignal: both, maxRetries: 0, timeoutInSeconds: timeout_ms / 1000 + 5 }
    try {
      const attempt = async () => request(client, requestOptions).withRawResponse()
      for (let tried = 1; ; tried++) {
        try {
          return await (takes_slot ? slots.run(both, attempt) : attempt())
        }
        catch (error) {
          both.throwIfAborted()
          const failure = toFailure(error)
          const pause_ms = isWorthRepeating(failure) && tried < max_attempts ? pauseBefore(tried, error) : Infinity
          if (pause_ms > max_retry_wait_ms) throw failure
          await sleep(pause_ms, undefined, { signal: both })
        }
      }
    }
    catch (error) {
      signal?.throwIfAborted()
      if (deadline.aborted) throw timedOut()
      throw error
    }
  }
}

/** Anything the SDK threw, as a failure of ours that carries neither the key nor the vendor's words. */
function toFailure(error: unknown): ProviderFailed {
  if (error instanceof ProviderFailed) return error
  const answer = readVendorError(error)
  if (answer) return toProviderFailed(answer)
  // An error of the SDK without a status is a body that broke off; any other is a body that it could not read.
  const isBrokenOff = error instanceof Error && error.name === 'ElevenLabsError'
  return toProviderFailed({ status: LOCAL_STATUS, codes: [isBrokenOff ? UNREACHABLE : UNUSABLE], fields: [] })
}

function isWorthRepeating({ code, retryable }: ProviderFailed): boolean {
  return retryable && code !== 'speech_bad_answer'
}

function pauseBefore(tried: number, error: unknown): number {
  const asked_s = readVendorError(error)?.retry_after_s
  if (asked_s !== undefined) return asked_s * 1000
  return FIRST_PAUSE_MS * 2 ** (tried - 1) * (0.75 + Math.random() / 2)
}

function timedOut(): ProviderFailed {
  return new ProviderFailed({
    vendor: 'elevenlabs', code: 'speech_timeout', status: 504, retryable: true,
    message: 'ElevenLabs took too long to answer. Try again.',
  })
}

/**
 * Never rejects, because the SDK leaves a timer of minutes behind when fetch does; never follows a redirect, which
 * would carry the key to another host; and takes no success that is not JSON, as every answer that we ask for is.
 */
async function guardedFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(input, { ...init, redirect: 'manual' })
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    if (response.status < 400 && !(response.ok && isJson)) {
      await response.body?.cancel()
      return localAnswer(UNUSABLE)
    }
    if (response.ok && response.url.includes(VOICES_PATH)) return Response.json(tidyVoicesPage(await response.json()))
    return response
  }
  catch (error) {
    return localAnswer(error instanceof SyntaxError ? UNUSABLE : UNREACHABLE)
  }
}

function localAnswer(code: string): Response {
  return Response.json({ detail: { code } }, { status: LOCAL_STATUS })
}
