import { withLimit } from './http'

/** Mean square of each stretch of {@link STRETCH_MS}, over all channels. */
export interface LevelProfile { stretches: number[] }

export const STRETCH_MS = 100

/** Decoding a minute of stereo takes about 20 MB of a television's memory for a moment; more is not worth a figure. */
export const LONGEST_MS = 60_000

const LIMIT_MS = 10_000
/** Every fourth sample says the same about loudness at a quarter of the work. */
const STRIDE = 4

/** Measures decoded sound. */
export function profileOf(channels: Float32Array[], sampleRate: number): LevelProfile {
  const length = channels.length ? channels[0]!.length : 0
  const size = Math.round(sampleRate * STRETCH_MS / 1000)
  const stretches: number[] = []
  for (let from = 0; from < length; from += size) {
    const to = Math.min(from + size, length)
    let sum = 0
    let count = 0
    for (const samples of channels) {
      for (let i = from; i < to; i += STRIDE) {
        sum += samples[i]! * samples[i]!
        count++
      }
    }
    stretches.push(sum / count)
  }
  return { stretches }
}

/**
 * The level of what was heard: the decoded sound up to where the element got, at its volume.
 * @param volume of the element, 0..1
 * @returns dBFS RMS, one decimal; null when nothing was heard or there was nothing but silence
 */
export function levelHeard(profile: LevelProfile, heardMs: number, volume: number): number | null {
  const heard = profile.stretches.slice(0, Math.ceil(heardMs / STRETCH_MS))
  const power = heard.reduce((sum, stretch) => sum + stretch, 0) / (heard.length || 1) * volume * volume
  return power > 0 ? Math.round(100 * Math.log10(power)) / 10 : null
}

type Decoder = Pick<BaseAudioContext, 'decodeAudioData'>
type DecoderClass = new (channels: number, length: number, sampleRate: number) => Decoder

/** Decodes a whole file, at the rate of the context. Rejects when that takes longer than it may. */
export function decodeIn(context: Decoder, bytes: ArrayBuffer): Promise<AudioBuffer> {
  return withLimit(new Promise<AudioBuffer>((resolve, reject) => {
    // the form with callbacks: the promise is younger than the oldest sets
    const promised = context.decodeAudioData(bytes, resolve, reject)
    if (promised) promised.catch(reject)
  }), LIMIT_MS, 'decoding')
}

/**
 * Decodes and measures without touching the audio element: `createMediaElementSource` would take its sound away
 * on some sets, and an offline context needs neither a gesture nor a loudspeaker.
 * @param bytes taken over by the decoder
 * @returns null where the engine cannot
 */
export function measure(bytes: ArrayBuffer): Promise<LevelProfile | null> {
  const scope = window as unknown as { OfflineAudioContext?: DecoderClass, webkitOfflineAudioContext?: DecoderClass }
  const Context = scope.OfflineAudioContext || scope.webkitOfflineAudioContext
  if (!Context) return Promise.resolve(null)
  return decodeIn(new Context(1, 1, 44_100), bytes).then((buffer) => {
    const channels: Float32Array[] = []
    for (let i = 0; i < buffer.numberOfChannels; i++) channels.push(buffer.getChannelData(i))
    return profileOf(channels, buffer.sampleRate)
  }).catch(() => null)
}
