import type { MessagePort } from 'node:worker_threads'
import { LoudnessMeter } from '../../../shared/utils/loudness'
import { TruePeakMeter } from '../../../shared/utils/true-peak'
import { DECODER_DELAY, ENCODER_DELAY } from './codec/info-tag'
import { openMp3Decoder } from './codec/mp3-decoder'
import { Waveform } from './dsp/waveform'

/** What an mp3 of our encoder holds. */
export interface CheckedSound {
  channels: number
  frames: number
  sample_rate: number
}

/** What is sent for one sound, in this order: what is to come, each part of the mp3, and the end. */
export type CheckedStream = CheckedSound | Uint8Array | 'end'

/** Figures of an mp3, measured on what it decodes to. */
export interface Checked {
  lufs: number
  true_peak_dbtp: number
  /** For drawing: 0–100, loudest sample of each equal slice. */
  peaks: number[]
}

/**
 * Measures the sounds that come through the port, one after the other and each while it is still being encoded at the
 * other end, and answers the figures of each. A sound that has no end is given up when the next one begins.
 */
export function answerChecks(port: MessagePort): void {
  let check: Promise<Check> | undefined
  let work = Promise.resolve()
  port.on('message', (message: CheckedStream) => {
    work = work.then(async () => {
      if (message === 'end') port.postMessage((await check!).figures())
      else if (message instanceof Uint8Array) (await check!).push(message)
      else {
        (await check)?.free()
        check = startCheck(message)
      }
    })
  })
}

type Check = Awaited<ReturnType<typeof startCheck>>

/** Decodes and measures one mp3 that comes in parts. One channel is measured as dual mono. `free` it in the end. */
export async function startCheck({ channels, frames, sample_rate }: CheckedSound) {
  const decoder = await openMp3Decoder()
  const loudness = new LoudnessMeter(sample_rate, channels)
  const peak = new TruePeakMeter(channels)
  const waveform = new Waveform(frames)
  /** Samples of the sound itself so far: before its first come those that encoder and decoder put there. */
  let at = -(ENCODER_DELAY + DECODER_DELAY)

  function push(part: Uint8Array) {
    const decoded = decoder.decode(part).channels
    const length = decoded[0]?.length ?? 0
    const sound = decoded.slice(0, channels).map(channel => channel.subarray(Math.max(0, -at), Math.max(0, Math.min(length, frames - at))))
    at += length
    if (!sound[0]?.length) return
    loudness.push(sound)
    peak.push(sound)
    waveform.push(sound)
  }
  const figures = (): Checked => ({ lufs: loudness.integrated(), true_peak_dbtp: peak.highest(), peaks: waveform.peaks() })
  return { push, figures, free: decoder.free }
}
