import type { NewSchedule, Schedule, ScheduleBulk, ScheduleChange, SchedulePatch, ScheduleSplit } from '#shared/schemas/schedule'

const PATH = '/api/v1/schedule'

/** Lists of schedules, and of what they air when. */
const reread = () => refreshNuxtData(['schedules', 'calendar', 'day', 'today'])

/** What is done with schedules, one or many: all or none, and undone while the notice stands. */
export function useEventActions() {
  const { t } = useI18n()
  const { apiPost, apiPatch } = useApi()
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
      await reread()
    }
  }

  /** Each as it was, if nobody has changed it since. */
  async function undo(request: Pick<ScheduleBulk, 'act'> | null, { changed, created }: ScheduleChange) {
    try {
      if (created.length) await apiPost(`${PATH}/bulk`, { schedule_ids: created, act: 'delete' })
      if (request?.act === 'delete') await apiPost(`${PATH}/bulk`, { schedule_ids: changed.map(each => each.schedule_id), act: 'restore' })
      else await Promise.all(changed.map(({ schedule_id, version_before, version }) => apiPost(`${PATH}/${schedule_id}/revert`, { to_version: version_before, version })))
    }
    catch (error) {
      failure(t('library.undo_failed'), error)
    }
    await reread()
  }

  /** Says what was done, and offers to undo it. */
  async function done(title: string, change: ScheduleChange) {
    success(title, { undo: () => undo(null, change) })
    await reread()
  }

  /** Puts a schedule on the calendar. Throws, so that a form can say why. */
  async function create(schedule: NewSchedule, key: string) {
    const { schedule_id } = await apiPost<Schedule>(PATH, schedule, { idempotency_key: key })
    await done(t('calendar.done.created'), { changed: [], created: [schedule_id] })
  }

  /** Changes all of a schedule. Throws, so that a form can say why; `schedule_changed` brings what somebody else made of it. */
  async function save({ schedule_id, version }: Pick<Schedule, 'schedule_id' | 'version'>, patch: SchedulePatch) {
    const after = await apiPatch<Schedule>(`${PATH}/${schedule_id}`, { ...patch, version })
    await done(t('calendar.done.changed'), { changed: [{ schedule_id, version_before: version, version: after.version }], created: [] })
  }

  /** Changes a part of a schedule, or takes it off the air. Throws, so that a form can say why. */
  async function split(schedule_id: string, request: ScheduleSplit) {
    const change = await apiPost<ScheduleChange>(`${PATH}/${schedule_id}/split`, request)
    await done(t(request.patch ? 'calendar.done.changed' : 'calendar.done.removed'), change)
  }

  return { busy, act, create, save, split }
}
