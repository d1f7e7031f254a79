import type { ReadingChange } from './types'

/** A piece of a spoken text; `from` is what was written where that differs. */
export interface Segment {
  text: string
  from?: string
}

/**
 * A spoken text in the pieces that stay and those that differ from what is written, in order.
 * @param spoken may have lost markup and blanks since `changes` were made
 */
export function segmentsOf(spoken: string, changes: readonly Pick<ReadingChange, 'from' | 'to'>[]): Segment[] {
  const segments: Segment[] = []
  let at = 0
  for (const { from, to } of changes) {
    const words = to.trim()
    const found = words ? spoken.indexOf(words, at) : -1
    if (found < 0) continue
    if (found > at) segments.push({ text: spoken.slice(at, found) })
    segments.push({ text: words, from: from.trim() })
    at = found + words.length
  }
  if (at < spoken.length) segments.push({ text: spoken.slice(at) })
  return segments
}
