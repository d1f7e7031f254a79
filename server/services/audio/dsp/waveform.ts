/** More than the bars of a wide screen, so that any number of them can be drawn from these. */
export const WAVEFORM_SLICES = 800

/** For drawing: the loudest sample of each of `slices` equal slices of the sound, 0–100, over all channels. */
export function waveformPeaks(channels: readonly Float32Array[], slices = WAVEFORM_SLICES): number[] {
  const frames = channels[0]?.length ?? 0
  return Array.from({ length: slices }, (_, slice) => {
    const from = Math.floor(slice * frames / slices)
    const to = Math.max(Math.floor((slice + 1) * frames / slices), Math.min(from + 1, frames))
    let peak = 0
    for (const channel of channels) {
      for (let at = from; at < to; at++) {
        const level = Math.abs(channel[at]!)
        if (level > peak) peak = level
      }
    }
    return Math.min(100, Math.round(peak * 100))
  })
}
