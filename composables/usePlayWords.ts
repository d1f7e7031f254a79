import type { SkipReason } from '#shared/protocol'
import type { Play } from '#shared/schemas/player'

/** A part of a play that one can say something about. */
type Outcome = Pick<Play, 'status' | 'reason' | 'reason_by'>

/** Reasons of which it is worth saying who or what they were. */
const NAMED: readonly SkipReason[] = ['preempted', 'dropped', 'stopped', 'limited', 'offline']

export const PLAY_LOOKS = {
  pending: { icon: 'i-lucide-clock', colour: 'text-dimmed' },
  delivered: { icon: 'i-lucide-clock-arrow-down', colour: 'text-muted' },
  playing: { icon: 'i-lucide-volume-2', colour: 'text-secondary' },
  played: { icon: 'i-lucide-circle-check', colour: 'text-success' },
  skipped: { icon: 'i-lucide-circle-slash', colour: 'text-error' },
} as const

/** What became of a play, in words. */
export function usePlayWords() {
  const { t, te, locale } = useI18n()
  const { date } = useTimeFormat()

  /** Why it was not heard: `lo cortó «Fuego»`, `el volumen estaba a cero`. */
  function why({ reason, reason_by }: Pick<Outcome, 'reason' | 'reason_by'>): string {
    const known = reason ?? 'unexplained'
    const by = reason_by && NAMED.includes(known) ? byInWords(known, reason_by) : null
    return by ? t(`player.log.by.${known}`, { by }) : t(`player.reason.${known}`)
  }

  /** Of a limit its rule, of a player that was away since when, of others a name. */
  function byInWords(reason: SkipReason, by: string): string | null {
    if (reason === 'limited') return te(`day.rule.${by}`) ? t(`day.rule.${by}`) : null
    if (reason === 'offline') return Number.isNaN(Date.parse(by)) ? null : date(by)
    return by
  }

  /** `Se oyó, −18,0 dB · 2 veces`, `No se oyó: lo paró Ana`. */
  function result(play: Outcome & Pick<Play, 'level_db' | 'repeats'>): string {
    if (play.status === 'skipped') return t('player.log.said.skipped', { reason: why(play) })
    if (play.status !== 'played') return t(`player.log.said.${play.status}`)
    const heard = play.level_db === null ? t('player.log.said.played') : t('player.log.said.played_level', { level: formatLevel(play.level_db, locale.value) })
    return play.repeats && play.repeats > 1 ? `${heard} · ${t('player.log.said.repeats', { count: play.repeats }, play.repeats)}` : heard
  }

  /** How late it was heard; null where it was not. */
  function late(play: Pick<Play, 'due_at' | 'created_at' | 'started_at'>): string | null {
    if (!play.started_at) return null
    const late_s = (Date.parse(play.started_at) - Date.parse(play.due_at ?? play.created_at)) / 1000
    if (late_s < 1) return t('player.log.row.on_time')
    return late_s < 100 ? t('player.log.row.late', { seconds: late_s.toLocaleString(locale.value, { maximumFractionDigits: late_s < 10 ? 1 : 0 }) }) : t('player.log.row.late_min', { minutes: Math.round(late_s / 60) })
  }

  return { why, result, late }
}
