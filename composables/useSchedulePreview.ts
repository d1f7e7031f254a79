import { watchDebounced } from '@vueuse/core'
import type { SchedulePreview } from '#shared/schemas/schedule'

const DEBOUNCE_MS = 350

/** What would become of a schedule that is being written, asked anew whenever it changes. */
export function useSchedulePreview(schedule: () => { schedule_id?: string, schedule: object } | null) {
  const { apiPost } = useApi()
  const latest = useLatest()
  const preview = shallowRef<SchedulePreview | null>(null)
  const pending = ref(false)
  const failure = shallowRef<unknown>(null)

  async function read() {
    const asked = schedule()
    if (!asked) {
      preview.value = null
      return
    }
    pending.value = true
    try {
      const answer = await latest('preview', () => apiPost<SchedulePreview>('/api/v1/schedule/preview', asked))
      if (!answer) return
      preview.value = answer
      failure.value = null
    }
    catch (error) {
      failure.value = error
    }
    pending.value = false
  }
  watchDebounced(() => JSON.stringify(schedule()), () => void read(), { debounce: DEBOUNCE_MS, maxWait: 1500, immediate: true })

  return { preview, pending, failure, refresh: read }
}
