/**
 * As many bars as fit, each the loudest peak of its slice, so that a short click is never lost between two bars.
 * @param peaks loudest sample of equal slices, 0–100
 * @param count bars wanted
 */
export function toBars(peaks: readonly number[], count: number): number[] {
  if (count <= 0 || peaks.length === 0) return []
  return Array.from({ length: count }, (_, bar) => {
    const from = Math.min(Math.floor(bar * peaks.length / count), peaks.length - 1)
    const to = Math.max(from + 1, Math.floor((bar + 1) * peaks.length / count))
    return Math.max(...peaks.slice(from, to))
  })
}

/**
 * SVG path of vertical strokes in a box `bars.length` wide and 100 high, centred; silence is still a dot.
 * @param bars heights, 0–100
 */
export function toPath(bars: readonly number[]): string {
  return bars.map((height, bar) => {
    const half = Math.max(height, 2) * 0.46
    return `M${bar + 0.5} ${round(50 - half)}V${round(50 + half)}`
  }).join('')
}

const round = (value: number) => Math.round(value * 10) / 10
