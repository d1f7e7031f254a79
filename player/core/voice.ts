import type { Outcome } from './audio'
import { pause } from './http'
import { decodeIn } from './level'

/** How one announcement beside the audio element ended, with the level that an analyser heard of it, dBFS RMS. */
export type Spoken = Outcome & { level_db: number | null }

/** Sounds announcements by Web Audio, beside the one audio element. */
export interface Voice {
  /** Wakes it, where the browser allows that now. Resolves with whether its clock runs. */
  wake: () => Promise<boolean>
  /** Whether something may be spoken before long: if not, the loudspeaker is given back. Begins nothing by itself. */
  keep: (ready: boolean) => void
  awake: () => boolean
  decode: (bytes: ArrayBuffer) => Promise<AudioBuffer>
  /** It has to be awake. Fails when its clock stops. */
  speak: (sound: AudioBuffer, volume: number, onStarted: (positionMs: number) => void) => Promise<Spoken>
  stop: () => void
  setVolume: (volume: number) => void
  positionMs: () => number
}

/** Between asking for it and the first sample: the graph is built in it. */
const LEAD_S = 0.03
/** A sound that begins or ends in the middle of a wave clicks. */
const EDGE_S = 0.005
const BREAK_OFF_S = 0.02
const LOOK_EVERY_MS = 50
const STILL_MS = 1_000
const WAKE_WITHIN_MS = 2_500

type ContextClass = new () => AudioContext

/** Where there is no Web Audio, it never wakes. */
export function createVoice(): Voice {
  let context: AudioContext | null = null
  let level: GainNode
  let analyser: AnalyserNode
  let end: () => void = () => undefined
  let position: () => number = () => 0
  let speaking = false

  function open(): AudioContext | null {
    const scope = window as unknown as { AudioContext?: ContextClass, webkitAudioContext?: ContextClass }
    const Context = scope.AudioContext || scope.webkitAudioContext
    if (context || !Context) return context
    try {
      const opened = new Context()
      level = opened.createGain()
      analyser = opened.createAnalyser()
      level.connect(analyser)
      analyser.connect(opened.destination)
      context = opened
    }
    catch { /* more contexts than the engine has, or none after all */ }
    return context
  }

  const awake = () => !!context && context.state === 'running'

  async function wake(): Promise<boolean> {
    const opened = open()
    if (!opened) return false
    const from = opened.currentTime
    if (!awake()) opened.resume().catch(() => undefined)
    for (let waited = 0; waited < WAKE_WITHIN_MS; waited += LOOK_EVERY_MS) {
      if (awake() && opened.currentTime > from) return true
      await pause(LOOK_EVERY_MS)
    }
    return false
  }

  function speak(sound: AudioBuffer, volume: number, onStarted: (positionMs: number) => void): Promise<Spoken> {
    const clock = context!
    const source = clock.createBufferSource()
    const edge = clock.createGain()
    const from = clock.currentTime + LEAD_S
    const to = from + sound.duration
    const samples = new Float32Array(analyser.fftSize)
    let power = 0
    let looks = 0
    let started = false
    let seen = clock.currentTime
    let still_ms = 0
    let looked = performance.now()

    source.buffer = sound
    source.connect(edge)
    edge.connect(level)
    level.gain.cancelScheduledValues(0)
    level.gain.setValueAtTime(volume, clock.currentTime)
    edge.gain.setValueAtTime(0, from)
    edge.gain.linearRampToValueAtTime(1, from + EDGE_S)
    edge.gain.setValueAtTime(1, to - EDGE_S)
    edge.gain.linearRampToValueAtTime(0, to)

    return new Promise((resolve) => {
      const at = () => Math.round(1000 * Math.max(0, Math.min(clock.currentTime, to) - from))
      const settle = (outcome: Outcome) => {
        clearInterval(timer)
        source.onended = null
        end = () => undefined
        position = () => 0
        speaking = false
        resolve(Object.assign({ level_db: power > 0 ? Math.round(100 * Math.log10(power / looks)) / 10 : null }, outcome))
      }
      const start = () => {
        if (!started) onStarted(at())
        started = true
      }
      const finish = () => {
        start()
        settle({ kind: 'ended', heard_ms: Math.round(1000 * sound.duration) })
      }
      const look = () => {
        const now = performance.now()
        // a set that slept looks late, and its clock was asleep too
        still_ms = clock.currentTime > seen ? 0 : still_ms + Math.min(now - looked, 4 * LOOK_EVERY_MS)
        looked = now
        seen = clock.currentTime
        if (still_ms > STILL_MS) {
          source.disconnect()
          return settle({ kind: 'failed', heard_ms: at(), why: 'no clock' })
        }
        if (at() > 0) {
          start()
          analyser.getFloatTimeDomainData(samples)
          power += samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
          looks++
        }
        // some engines forget to say so
        if (clock.currentTime > to + 0.5) finish()
      }
      const timer = setInterval(look, LOOK_EVERY_MS)
      source.onended = finish
      speaking = true
      position = at
      end = () => {
        const now = clock.currentTime
        edge.gain.cancelScheduledValues(now)
        edge.gain.setValueAtTime(1, now)
        edge.gain.linearRampToValueAtTime(0, now + BREAK_OFF_S)
        source.stop(now + BREAK_OFF_S)
        settle({ kind: 'stopped', heard_ms: at() })
      }
      source.start(from)
    })
  }

  return {
    wake,
    keep(ready) {
      if (context && ready !== awake() && (ready || !speaking)) (ready ? context.resume() : context.suspend()).catch(() => undefined)
    },
    awake,
    decode: bytes => decodeIn(context!, bytes),
    speak,
    stop: () => end(),
    setVolume(volume) {
      if (context) level.gain.setTargetAtTime(volume, context.currentTime, EDGE_S)
    },
    positionMs: () => position(),
  }
}
