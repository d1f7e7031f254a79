import type { PlayStats } from '#shared/schemas/player'
import type { Today } from '#shared/schemas/schedule'
import { useDebounceFn } from '@vueuse/core'

const SETTLE_MS = 1000
const DAYS = 14

/** Today at a glance, and how the last two weeks came out, by day and by store. */
export function useToday() {
  const { on, keepFresh } = useWebSocket()
  const { now } = useTimeFormat()
  const { data: today, error, refresh } = useFetch<Today>('/api/v1/schedule/today', { key: 'today', lazy: true, server: false, dedupe: 'defer' })
  const until = computed(() => new Date(now.value).toISOString().slice(0, 10))
  const from = computed(() => new Date(Date.parse(until.value) - (DAYS - 1) * 86_400_000).toISOString().slice(0, 10))
  const { data: stats, error: statsError, refresh: refreshStats } = useFetch<PlayStats>('/api/v1/player/plays/stats', {
    key: 'today-stats', query: computed(() => ({ from: from.value, until: until.value, by_store_day: 'true' })), lazy: true, server: false, dedupe: 'defer',
  })
  // Plays come in bursts, one for each player.
  const settle = useDebounceFn(() => Promise.all([refresh({ dedupe: 'cancel' }), refreshStats({ dedupe: 'cancel' })]), SETTLE_MS, { maxWait: SETTLE_MS * 5 })
  keepFresh(['ready', 'schedule_changed', 'calendar_changed'], refresh)
  on('play_changed', () => void settle())
  on('player_changed', () => void settle())
  // What was next has begun.
  const next = computed(() => (today.value?.next ?? []).filter(({ due_at }) => Date.parse(due_at) > now.value))
  watch(() => next.value.length, (left, before) => {
    if (left < before) void refresh({ dedupe: 'cancel' })
  })

  return { today, next, error, refresh, stats, statsError, refreshStats, now }
}

/** Of what has ended, how much was heard; null: nothing has. Rounded down: all is only said of all. */
export function heardShare({ heard, missed }: { heard: number, missed: number }): number | null {
  return heard + missed === 0 ? null : Math.floor(heard / (heard + missed) * 1000) / 1000
}
