import type { Player, PlayerCommand } from '#shared/schemas/player'
import { engineOf } from '#shared/utils/engine-name'

export const PLAYER_PROBLEMS = ['off', 'locked', 'files', 'clock', 'faults'] as const
export type PlayerProblem = typeof PLAYER_PROBLEMS[number]

/** Announcements go by the server's clock; a clock that is further off than this breaks https one day, ms. */
const CLOCK_WRONG_MS = 600_000
const BYTES_STEP = 1024

/** What keeps a player from doing its work, the worst first. */
export function problemsOf({ online, sound, status, faults_today }: Player): PlayerProblem[] {
  const { files, waits_for_tap, clock_offset_ms } = status ?? {}
  const is: Record<PlayerProblem, boolean> = {
    off: !online,
    locked: online && (sound === 'locked' || waits_for_tap === 'sound'),
    files: online && files !== undefined && files.ready_today < files.needed_today,
    clock: online && Math.abs(clock_offset_ms ?? 0) > CLOCK_WRONG_MS,
    faults: faults_today > 0,
  }
  return PLAYER_PROBLEMS.filter(problem => is[problem])
}

/** Whether a player fits what was typed: its name, its store or its engine. */
export function playerFits({ name, store_name, user_agent, address }: Player, typed: string): boolean {
  const plain = (text: string) => text.normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase()
  const text = plain([name, store_name, engineOf(user_agent ?? ''), address].join(' '))
  return plain(typed).split(/\s+/).every(word => text.includes(word))
}

/** Players in words. */
export function usePlayerWords() {
  const { t, n } = useI18n()
  const { ago, clock, date } = useTimeFormat()

  function state({ online, connected_at, last_seen_at, state, now_title, status }: Player): string {
    if (!online) return last_seen_at ? t('player.offline_since', { ago: ago(last_seen_at) }) : t('player.never_seen')
    if (state === 'playing') return now_title ? t('player.now', { title: now_title }) : t('player.playing')
    if (status?.music) return t('player.music_now', { title: status.music })
    return connected_at ? t('player.online_since', { ago: ago(connected_at) }) : t('player.online')
  }

  const next = ({ status }: Player) => status?.next ? t('player.next_at', { title: status.next.title, time: clock(status.next.due_at).slice(0, 5) }) : null

  function files({ status }: Player): string | null {
    if (!status?.files) return null
    const { ready_today: ready, needed_today: needed } = status.files
    return needed ? t('player.files', { ready, needed }, needed) : t('player.files_none')
  }

  const engine = ({ user_agent }: Pick<Player, 'user_agent'>) => engineOf(user_agent ?? '') || null

  function clockOffset({ status }: Player): string | null {
    const offset = status?.clock_offset_ms
    if (typeof offset !== 'number') return null
    const by = Math.abs(offset)
    if (by < 50) return t('player.clock.right')
    const much = by < 1000 ? t('player.clock.ms', { count: Math.round(by) }) : by < 120_000 ? t('player.clock.s', { count: n(Math.round(by / 100) / 10) }) : t('player.clock.min', { count: Math.round(by / 60_000) })
    // The offset is what has to be added to its clock.
    return t(offset > 0 ? 'player.clock.behind' : 'player.clock.ahead', { much })
  }

  function bytes(count: number): string {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
    const step = Math.min(units.length - 1, Math.floor(Math.log(Math.max(1, count)) / Math.log(BYTES_STEP)))
    return n(count / BYTES_STEP ** step, { style: 'unit', unit: units[step], unitDisplay: 'short', maximumFractionDigits: step > 1 ? 1 : 0 })
  }

  function storage({ status }: Player): string | null {
    if (!status?.storage) return status?.files ? bytes(status.files.bytes) : null
    return t('player.storage', { used: bytes(status.storage.usage_bytes), quota: bytes(status.storage.quota_bytes) })
  }

  const commandName = ({ command, volume }: PlayerCommand) => command === 'set_volume'
    ? t('player.commands.set_volume', { volume: n(volume ?? 0, { style: 'percent' }) })
    : t(`player.commands.${command}`)

  function commandResult({ status, detail }: PlayerCommand): string {
    const said = detail && KNOWN_DETAILS.find(known => known.text === detail)
    const words = said ? t(`player.command_detail.${said.key}`) : detail
    return [t(`player.command_status.${status}`), words].filter(Boolean).join(' · ')
  }

  return { state, next, files, engine, clockOffset, bytes, storage, commandName, commandResult, date, ago }
}

/** What players and server say of a command, in words of their own. */
const KNOWN_DETAILS = [
  { text: 'unconfirmed', key: 'unconfirmed' },
  { text: 'unsupported', key: 'unsupported' },
  { text: 'unknown', key: 'unsupported' },
  { text: 'nothing on air', key: 'nothing_on_air' },
  { text: 'expired', key: 'too_late' },
  { text: 'interrupted', key: 'interrupted' },
  { text: 'shown', key: 'shown' },
  { text: 'shown and spoken', key: 'shown_and_spoken' },
] as const

/** Those that are shown, store by store; a store is counted whole. `first`: how many stand before it. */
export function groupByStore(all: readonly Player[], shown: readonly Player[], language: string) {
  const order = new Intl.Collator(language, { numeric: true })
  const byStore = Map.groupBy(shown.toSorted((a, b) => order.compare(a.name, b.name) || order.compare(a.player_id, b.player_id)), player => player.store_id)
  const counts = Map.groupBy(all, player => player.store_id)
  let first = 0
  return [...byStore].map(([store_id, players]) => ({ store_id, players, name: players[0]!.store_name }))
    .sort((a, b) => order.compare(a.name, b.name) || order.compare(a.store_id, b.store_id))
    .map(({ store_id, players, name }) => {
      const own = counts.get(store_id)!
      first += players.length
      return { store: { store_id, name, online: own.filter(player => player.online).length, total: own.length }, players, first: first - players.length }
    })
}
