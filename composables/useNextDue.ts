import type { NextAiring, Schedule } from '#shared/schemas/schedule'

/** So many the server tells at once. */
const AT_ONCE = 100

/** When schedules air next somewhere, asked anew each minute; null for one that airs no more or is paused for good. Those that are not told yet are not there. */
export function useNextDue(schedules: Ref<Schedule[]>) {
  const { apiGet } = useApi()
  const { now } = useTimeFormat()
  const latest = useLatest()
  const next = shallowRef(new Map<string, NextAiring | null>())
  // A minute's steps: a list that moves with every tick is never quiet.
  const minute = computed(() => Math.floor(now.value / 60_000))

  async function read() {
    const ids = schedules.value.map(({ schedule_id }) => schedule_id)
    const parts = Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, part) => ids.slice(part * AT_ONCE, (part + 1) * AT_ONCE))
    const answers = await latest('next', () => Promise.all(parts.map(part => apiGet<{ items: NextAiring[] }>('/api/v1/schedule/next', { query: { schedule_ids: part.join(',') } })))).catch(() => null)
    // What was told before stays: a list without it says less.
    if (!answers) return
    const airings = new Map(answers.flatMap(({ items }) => items.map(airing => [airing.schedule_id, airing] as const)))
    next.value = new Map(ids.map(id => [id, airings.get(id) ?? null]))
  }
  if (import.meta.client) watch([schedules, minute], () => void read(), { immediate: true })

  return next
}
