import type { JingleRecipe } from '../schemas/jingle'
import { bedGain, intendedLevels, jingleTimeline, type JingleLengths, type JingleTimeline } from './jingle-envelope'

/** Loudest and quietest level of the drawing, dB over the voice's. */
export const TOP_DB = 7
export const FLOOR_DB = -34

const POINT_EVERY_PX = 2

export interface Drawing {
  timeline: JingleTimeline
  /** Outline of the bed's level, closed along the floor; empty without a bed. */
  bed: string
  /** Place of a moment, px. */
  x: (ms: number) => number
  /** Place of a level, px; below the floor is the floor. */
  y: (db: number) => number
}

/**
 * A recipe as it is drawn in a box of `width` by `height` px: time from left to right, level over the voice's from
 * bottom to top.
 */
export function drawEnvelope(recipe: JingleRecipe, lengths: JingleLengths, width: number, height: number): Drawing {
  const timeline = jingleTimeline(recipe, lengths)
  const x = (ms: number) => round(ms / timeline.total_ms * width)
  const y = (db: number) => round((TOP_DB - Math.max(FLOOR_DB, db)) / (TOP_DB - FLOOR_DB) * height)
  return { timeline, bed: outline(timeline, recipe, width, x, y), x, y }
}

function outline(timeline: JingleTimeline, recipe: JingleRecipe, width: number, x: Drawing['x'], y: Drawing['y']): string {
  const { bed, total_ms } = timeline
  if (!bed) return ''
  const gain = bedGain(timeline, intendedLevels(recipe))
  const step = total_ms / Math.max(1, width) * POINT_EVERY_PX
  const moments = Array.from({ length: Math.ceil((bed.to_ms - bed.from_ms) / step) }, (_, at) => bed.from_ms + at * step)
  const points = [...moments, bed.to_ms].map(ms => `L${x(ms)} ${y(gain(ms))}`).join('')
  return `M${x(bed.from_ms)} ${y(FLOOR_DB)}${points}L${x(bed.to_ms)} ${y(FLOOR_DB)}Z`
}

/** Seconds between two marks of a scale that is `total_ms` long, so that there are five to ten of them. */
export function markEvery(total_ms: number): number {
  const seconds = total_ms / 1000
  return [1, 2, 5, 10, 20, 30, 60, 120, 300].find(step => seconds / step <= 10) ?? 600
}

const round = (value: number) => Math.round(value * 10) / 10
