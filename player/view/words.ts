import type { WordTimes } from '../../shared/protocol'

/** A text in pieces that begin where its words do; together they are the whole text. */
export function pieces(text: string, times: WordTimes): string[] {
  const starts = times.map(time => time[0])
  return starts.map((start, i) => text.slice(i ? start : 0, i + 1 < starts.length ? starts[i + 1] : text.length))
}

/** Which of the words is heard at a position, ms; -1 before the first. */
export function wordAt(times: WordTimes, positionMs: number): number {
  let at = times.length - 1
  while (at >= 0 && times[at]![1] > positionMs) at--
  return at
}

/** Times that fit their text: each word begins within it, after the one before. Others are of no use. */
export function fitting(text: string, times: WordTimes | undefined): WordTimes | null {
  if (!times || !times.length) return null
  const ordered = times.every(([start], i) => start < text.length && (i === 0 || start > times[i - 1]![0]))
  return ordered ? times : null
}
