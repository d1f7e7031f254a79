import { createSharedComposable, useDebounceFn } from '@vueuse/core'
import { REACH_LIMIT, type PlayReach } from '#shared/schemas/player'

/** Cards come into a page together: they are asked about together. */
const GATHER_MS = 50

/** What every shown message is known to have reached, in one place for all that show it. */
const useReaches = createSharedComposable(() => {
  const { apiGet } = useApi()
  const { keepFresh } = useWebSocket()
  const { zone } = useTimeFormat()
  const shown = new Map<string, number>()
  const reaches = shallowRef(new Map<string, PlayReach>())

  async function read(ids: string[]) {
    for (let at = 0; at < ids.length; at += REACH_LIMIT) {
      const asked = ids.slice(at, at + REACH_LIMIT)
      const { items } = await apiGet<{ items: PlayReach[] }>('/api/v1/player/plays/reach', { query: { audio_ids: asked.join(), time_zone: zone.value } })
      const next = new Map(reaches.value)
      for (const id of asked) next.delete(id)
      for (const reach of items) next.set(reach.audio_id, reach)
      reaches.value = next
    }
  }

  let wanted = new Set<string>()
  const readWanted = useDebounceFn(() => {
    const ids = [...wanted].filter(id => shown.has(id))
    wanted = new Set()
    // It is a sign at the edge: where it cannot be had, it is not shown.
    if (ids.length) void read(ids).catch(() => {})
  }, GATHER_MS)

  function show(audio_id: string) {
    shown.set(audio_id, (shown.get(audio_id) ?? 0) + 1)
    wanted.add(audio_id)
    void readWanted()
  }
  function hide(audio_id: string) {
    const times = (shown.get(audio_id) ?? 1) - 1
    if (times) shown.set(audio_id, times)
    else shown.delete(audio_id)
  }
  keepFresh(['play_changed'], () => read([...shown.keys()]))
  return { reaches, show, hide }
})

/** In which stores a message was heard, as it happens; undefined while that is not known, or where it was never sent. */
export function usePlayReach(audio_id: () => string | null) {
  if (import.meta.server) return computed<PlayReach | undefined>(() => undefined)
  const { reaches, show, hide } = useReaches()
  watch(audio_id, (id, before) => {
    if (before) hide(before)
    if (id) show(id)
  }, { immediate: true })
  onScopeDispose(() => {
    const id = audio_id()
    if (id) hide(id)
  })
  return computed(() => reaches.value.get(audio_id() ?? ''))
}
