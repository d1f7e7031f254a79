/** Which samples of a piece of music are played: from `start` up to `to`, and from then on again and again from `from`. */
export interface LoopRegion {
  from: number
  to: number
  start: number
}

/**
 * `length` samples of music. Where it is too short it goes on from its beginning, under its end: a crossfade of equal
 * power over `crossfade` samples (at most a third of it), so that the seam is neither a hole nor a swell. Music that ends
 * as it begins adds up to more than its power: how much the two are alike is measured, and taken off.
 */
export function loopMusic(channels: readonly Float32Array[], { from, to, start }: LoopRegion, length: number, crossfade: number): Float32Array[] {
  const whole = to - from
  const overlap = Math.min(crossfade, Math.floor(whole / 3))
  const offset = (start - from) % whole
  if (offset + length <= whole) return channels.map(channel => channel.slice(from + offset, from + offset + length))

  const period = whole - overlap
  const likeness = correlation(channels, from, from + period, overlap)
  return channels.map((channel) => {
    const looped = new Float32Array(length)
    for (let at = 0; at < length; at++) {
      const round = Math.floor((offset + at) / period)
      const within = offset + at - round * period
      const value = channel[from + within]!
      if (round === 0 || within >= overlap) {
        looped[at] = value
        continue
      }
      const angle = Math.PI / 2 * (within + 0.5) / overlap
      const power = 1 + likeness * Math.sin(2 * angle)
      looped[at] = (value * Math.sin(angle) + channel[from + period + within]! * Math.cos(angle)) / Math.sqrt(power)
    }
    return looped
  })
}

/** How alike two stretches are: 1 the same, 0 nothing in common. What is opposed counts as nothing. */
function correlation(channels: readonly Float32Array[], one: number, other: number, length: number): number {
  let product = 0
  let first = 0
  let second = 0
  for (const channel of channels) {
    for (let at = 0; at < length; at++) {
      const a = channel[one + at]!
      const b = channel[other + at]!
      product += a * b
      first += a * a
      second += b * b
    }
  }
  return first && second ? Math.max(0, product / Math.sqrt(first * second)) : 0
}
