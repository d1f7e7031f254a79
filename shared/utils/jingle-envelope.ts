import type { JingleRecipe } from '../schemas/jingle'

/** From this far below its level a bed fades in, and to there it fades out: nobody hears it stop. */
const FADE_DB = 60
/** No edge of the bed is steeper than this makes it, whatever the recipe says: 60 dB in 100 ms are 0.02 dB a sample. */
const SHORTEST_EDGE_MS = 100
/** Televisions refuse files of under a second. */
const SHORTEST_MS = 1200

export interface Span {
  from_ms: number
  to_ms: number
}

export interface JingleSegment extends Span {
  kind: 'silence' | 'chime' | 'intro' | 'voice' | 'outro'
}

/** What the curve of the bed's gain is made of. */
export interface BedSpan extends Span {
  fade_in_ms: number
  fade_out_ms: number
  /** Ends at the voice's onset. */
  duck_down_ms: number
  /** Begins at the voice's end. */
  duck_up_ms: number
}

export interface JingleTimeline {
  /** One after the other without a gap, from 0 to `total_ms`. */
  segments: JingleSegment[]
  chime: Span | null
  bed: BedSpan | null
  /** From its true onset to its true end. */
  voice: Span
  total_ms: number
}

/** Gains of the bed in dB: before the voice, under it, after it. */
export interface BedLevels {
  intro_db: number
  ducked_db: number
  outro_db: number
}

export interface JingleLengths {
  /** From the voice's true onset to its true end. */
  voice_ms: number
  /** 0: no chime. */
  chime_ms: number
}

/** When a mix of this recipe does what, ms from its start. Pure: the same on the server and in a drawing. */
export function jingleTimeline(recipe: JingleRecipe, { voice_ms, chime_ms }: JingleLengths): JingleTimeline {
  const intro_ms = recipe.with_bed ? Math.max(SHORTEST_EDGE_MS, recipe.intro_ms) : 0
  const outro_ms = recipe.with_bed ? Math.max(SHORTEST_EDGE_MS, recipe.outro_ms) : 0
  const chime_from = recipe.silence_before_ms
  const bed_from = chime_from + chime_ms
  const voice_from = bed_from + intro_ms
  const voice_to = voice_from + voice_ms
  const bed_to = voice_to + outro_ms
  const total_ms = Math.max(SHORTEST_MS, bed_to + recipe.silence_after_ms)

  const segments: JingleSegment[] = [
    { kind: 'silence', from_ms: 0, to_ms: chime_from },
    { kind: 'chime', from_ms: chime_from, to_ms: bed_from },
    { kind: 'intro', from_ms: bed_from, to_ms: voice_from },
    { kind: 'voice', from_ms: voice_from, to_ms: voice_to },
    { kind: 'outro', from_ms: voice_to, to_ms: bed_to },
    { kind: 'silence', from_ms: bed_to, to_ms: total_ms },
  ]
  const edge = (ms: number, room: number) => Math.min(room, Math.max(SHORTEST_EDGE_MS, ms))
  return {
    segments: segments.filter(({ from_ms, to_ms }) => to_ms > from_ms),
    chime: chime_ms > 0 ? { from_ms: chime_from, to_ms: bed_from } : null,
    bed: recipe.with_bed
      ? {
          from_ms: bed_from,
          to_ms: bed_to,
          fade_in_ms: edge(recipe.fade_in_ms, intro_ms),
          fade_out_ms: edge(recipe.fade_out_ms, outro_ms),
          duck_down_ms: edge(recipe.duck_down_ms, intro_ms),
          duck_up_ms: edge(recipe.duck_up_ms, outro_ms),
        }
      : null,
    voice: { from_ms: voice_from, to_ms: voice_to },
    total_ms,
  }
}

/** The levels of a bed as the recipe wants them, over the voice's: what a drawing shows without knowing the bed. */
export function intendedLevels({ bed_alone_lu, voice_over_bed_lu }: JingleRecipe): BedLevels {
  return { intro_db: bed_alone_lu, ducked_db: -voice_over_bed_lu, outro_db: bed_alone_lu }
}

/**
 * The gain of the bed in dB at each moment (ms) of the time line; −Infinity where there is none. Raised cosine in dB:
 * down before the voice, constant under it, up after it, with a fade at either end.
 */
export function bedGain({ bed, voice }: Pick<JingleTimeline, 'bed' | 'voice'>, { intro_db, ducked_db, outro_db }: BedLevels): (ms: number) => number {
  if (!bed) return () => -Infinity
  const { from_ms, to_ms, fade_in_ms, fade_out_ms, duck_down_ms, duck_up_ms } = bed
  return function bedGainAt(ms) {
    if (ms < from_ms || ms > to_ms) return -Infinity
    const level = ms < voice.to_ms
      ? between(intro_db, ducked_db, (ms - voice.from_ms) / duck_down_ms + 1)
      : between(ducked_db, outro_db, (ms - voice.to_ms) / duck_up_ms)
    return level - FADE_DB * (2 - raised((ms - from_ms) / fade_in_ms) - raised((to_ms - ms) / fade_out_ms))
  }
}

const between = (from: number, to: number, part: number) => from + (to - from) * raised(part)

/** A raised cosine: 0 until 0, 1 from 1 on, without a corner. */
function raised(part: number): number {
  return 0.5 - 0.5 * Math.cos(Math.PI * Math.min(1, Math.max(0, part)))
}
