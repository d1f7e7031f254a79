/** How a schedule says when: every so many minutes, at times of the day, once, or so long before or after a store opens or closes. */
export const SCHEDULE_KINDS = ['interval', 'times', 'once', 'opening'] as const
export const OPENING_EDGES = ['opens', 'closes'] as const
export { ROTATIONS } from '../utils/rotation'

/** What becomes of an occurrence among all others of its player. */
export const VERDICTS = ['airs', 'moved', 'dropped', 'cut'] as const
export type Verdict = typeof VERDICTS[number]

/**
 * Which rule moved, dropped or cut an occurrence.
 * `quiet_time`, `min_gap`, `max_per_hour`, `max_same_per_hour`: a limit that spares people's ears.
 * `busy`: something else was on the air, and it could not wait so long. `on_busy`: it is one that does not wait.
 * `interrupted`: something of higher priority cut it. `too_long`: longer than an announcement may be.
 */
export const AIRING_RULES = ['quiet_time', 'min_gap', 'max_per_hour', 'max_same_per_hour', 'busy', 'on_busy', 'interrupted', 'too_long'] as const
export type AiringRule = typeof AIRING_RULES[number]

/** What ends within so many days is about to. */
export const EXPIRING_DAYS = 14
