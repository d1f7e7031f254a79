import type { ScheduleBulk, ScheduleChange } from '#shared/schemas/schedule'

const PATH = '/api/v1/schedule'

/** What is done with schedules, one or many: all or none, and undone while the notice stands. */
export function useEventActions() {
  const { t } = useI18n()
  const { apiPost } = useApi()
  const { success, failure } = useNotification()
  const { date } = useTimeFormat()
  const busy = ref(false)

  /** @returns whether it was done */
  async function act(request: ScheduleBulk): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    try {
      const change = await apiPost<ScheduleChange>(`${PATH}/bulk`, request)
      const count = change.changed.length
      const said = request.act === 'pause' && request.paused_until
        ? t('events.done.pause_until', { count, until: date(request.paused_until) }, count)
        : t(`events.done.${request.act}`, { count }, count)
      success(said, count ? { icon: request.act === 'delete' ? 'i-lucide-trash-2' : undefined, undo: () => undo(request, change) } : {})
      return true
    }
    catch (error) {
      failure(t('events.failed'), error)
      return false
    }
    finally {
      busy.value = false
      await refreshNuxtData('schedules')
    }
  }

  /** Each as it was, if nobody has changed it since. */
  async function undo(request: ScheduleBulk, { changed }: ScheduleChange) {
    try {
      if (request.act === 'delete') await apiPost(`${PATH}/bulk`, { schedule_ids: changed.map(each => each.schedule_id), act: 'restore' })
      else await Promise.all(changed.map(({ schedule_id, version_before, version }) => apiPost(`${PATH}/${schedule_id}/revert`, { to_version: version_before, version })))
    }
    catch (error) {
      failure(t('library.undo_failed'), error)
    }
    await refreshNuxtData('schedules')
  }

  return { busy, act }
}
