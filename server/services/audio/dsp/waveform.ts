/** More than the bars of a wide screen, so that any number of them can be drawn from these. */
export const WAVEFORM_SLICES = 800

/** For drawing: the loudest sample of each of `slices` equal slices of the sound, 0–100, over all channels. */
export function waveformPeaks(channels: readonly Float32Array[], slices = WAVEFORM_SLICES): number[] {
  const waveform = new Waveform(channels[0]?.length ?? 0, slices)
  waveform.push(channels)
  return waveform.peaks()
}

/** The same for a sound of `frames` samples that comes in pieces of any length. */
export class Waveform {
  readonly #frames: number
  readonly #peaks: Float64Array
  #at = 0

  constructor(frames: number, slices = WAVEFORM_SLICES) {
    this.#frames = frames
    this.#peaks = new Float64Array(slices)
  }

  /** The next samples of every channel. */
  push(channels: readonly Float32Array[]): void {
    const frames = channels[0]?.length ?? 0
    const slices = this.#peaks.length
    for (let from = 0; from < frames;) {
      const slice = Math.min(slices - 1, Math.floor((this.#at + from) * slices / this.#frames))
      const to = Math.min(frames, Math.max(from + 1, Math.ceil((slice + 1) * this.#frames / slices) - this.#at))
      for (const channel of channels) this.#raise(slice, channel, from, to)
      from = to
    }
    this.#at += frames
  }

  #raise(slice: number, channel: Float32Array, from: number, to: number) {
    let peak = this.#peaks[slice]!
    for (let at = from; at < to; at++) {
      const level = Math.abs(channel[at]!)
      if (level > peak) peak = level
    }
    this.#peaks[slice] = peak
  }

  /** 0–100 for each slice. Where there are more slices than samples, a sample fills all of its slices. */
  peaks(): number[] {
    const slices = this.#peaks.length
    const levels = Array.from(this.#peaks, peak => Math.min(100, Math.round(peak * 100)))
    if (this.#frames >= slices || !this.#frames) return levels
    return levels.map((_, slice) => levels[Math.floor(Math.floor(slice * this.#frames / slices) * slices / this.#frames)]!)
  }
}
