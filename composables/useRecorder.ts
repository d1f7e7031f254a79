import { useEventListener, useIntervalFn } from '@vueuse/core'
import { MAX_MESSAGE_S } from '#shared/schemas/upload'

/**
 * `idle`: nothing yet; `asking`: the browser asks for permission; `insecure`: browsers give the microphone to https and
 * localhost only; the others say themselves.
 */
export type RecorderState = 'idle' | 'asking' | 'recording' | 'recorded' | 'denied' | 'no_microphone' | 'insecure' | 'unsupported' | 'failed'

/** As long as a message may be. */
export const MAX_RECORDING_MS = MAX_MESSAGE_S * 1000

const TYPES: Record<string, string> = { 'audio/webm;codecs=opus': 'webm', 'audio/mp4': 'm4a', 'audio/ogg;codecs=opus': 'ogg' }
const METER_FLOOR_DB = -60

/** Records one take with the microphone; leaving the place lets go of it. */
export function useRecorder() {
  const state = ref<RecorderState>('idle')
  /** 0–1 on a scale of decibels, as ears hear it. */
  const level = ref(0)
  const elapsed_ms = ref(0)
  const take = shallowRef<File | null>(null)
  const take_url = ref('')

  let recorder: MediaRecorder | null = null
  let stream: MediaStream | null = null
  let context: AudioContext | null = null
  let started_at = 0
  /** Counts the attempts: a permission that is given after the person went away opens nothing. */
  let attempt = 0
  const clock = useIntervalFn(() => {
    elapsed_ms.value = Date.now() - started_at
    if (elapsed_ms.value >= MAX_RECORDING_MS) stop()
  }, 100, { immediate: false })

  async function start() {
    discard()
    if (!navigator.mediaDevices) return void (state.value = window.isSecureContext ? 'unsupported' : 'insecure')
    const type = typeof MediaRecorder === 'undefined' ? undefined : Object.keys(TYPES).find(entry => MediaRecorder.isTypeSupported(entry))
    if (!type) return void (state.value = 'unsupported')
    state.value = 'asking'
    const own = ++attempt
    try {
      const microphone = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true } })
      if (own !== attempt) return microphone.getTracks().forEach(track => track.stop())
      stream = microphone
      record(type)
    }
    catch (thrown) {
      if (own === attempt) state.value = reasonOf(thrown)
    }
  }

  function record(type: string) {
    const pieces: Blob[] = []
    const own = recorder = new MediaRecorder(stream!, { mimeType: type, audioBitsPerSecond: 128_000 })
    own.addEventListener('dataavailable', event => void (event.data.size && pieces.push(event.data)))
    own.addEventListener('stop', () => {
      // Discarded or begun anew meanwhile: nobody wants this take any more.
      if (recorder !== own) return
      release()
      take.value = new File(pieces, `recording.${TYPES[type]}`, { type: type.split(';')[0] })
      take_url.value = URL.createObjectURL(take.value)
      state.value = 'recorded'
    })
    // Unplugged while it runs: what was said until then is kept.
    stream!.getAudioTracks()[0]?.addEventListener('ended', stop)
    own.start(1000)
    started_at = Date.now()
    elapsed_ms.value = 0
    state.value = 'recording'
    clock.resume()
    meter()
  }

  function meter() {
    context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 1024
    context.createMediaStreamSource(stream!).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    const step = () => {
      if (state.value !== 'recording') return
      analyser.getFloatTimeDomainData(samples)
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
      const now = Math.max(0, 1 - 10 * Math.log10(power + 1e-9) / METER_FLOOR_DB)
      // Up at once, down slowly, as the needle of a meter goes.
      level.value = Math.max(now, level.value * 0.92)
      requestAnimationFrame(step)
    }
    step()
  }

  function stop() {
    if (recorder?.state === 'recording') recorder.stop()
  }

  function release() {
    clock.pause()
    stream?.getTracks().forEach(track => track.stop())
    void context?.close()
    recorder = stream = context = null
    level.value = 0
  }

  /** Lets go of everything: microphone, take, and the question for permission. */
  function discard() {
    attempt++
    const running = recorder
    release()
    if (running?.state === 'recording') running.stop()
    if (take_url.value) URL.revokeObjectURL(take_url.value)
    take.value = null
    take_url.value = ''
    elapsed_ms.value = 0
    state.value = 'idle'
  }

  onScopeDispose(discard)
  // A reload would lose the take without a word.
  if (import.meta.client) {
    useEventListener(window, 'beforeunload', (event) => {
      if (state.value === 'recording' || state.value === 'recorded') event.preventDefault()
    })
  }

  return { state, level, elapsed_ms, take, take_url, start, stop, discard }
}

function reasonOf(thrown: unknown): RecorderState {
  const { name } = thrown as DOMException
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'no_microphone'
  return 'failed'
}
