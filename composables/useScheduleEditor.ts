import type { Schedule, ScheduleSplit } from '#shared/schemas/schedule'
import type { ScheduleForm } from './useScheduleForm'

/** Which of a schedule's occurrences are meant: one of them, all of its day, or it and all that follow. */
export type EditedPart = Pick<ScheduleSplit, 'scope' | 'due_at' | 'store_id'>

/** What the dialog is open with. */
export interface ScheduleEdit {
  form: ScheduleForm
  /** The one that is changed; null: a new one. */
  schedule: Schedule | null
  /** Of it, what is changed; null: all. */
  part: EditedPart | null
  /** What was begun and not finished comes back, where nobody asked for something else. */
  draft: boolean
}

/** The one dialog in which schedules are written, for every page. */
export function useScheduleEditor() {
  const edit = useState<ScheduleEdit | null>('schedule-editor', () => null)

  /** @param changes what is known already: the message, the moment, the store */
  function create(changes: Partial<ScheduleForm> = {}) {
    edit.value = { form: newScheduleForm(changes), schedule: null, part: null, draft: Object.keys(changes).length === 0 }
  }
  function change(schedule: Schedule, { part = null, changes = {} }: { part?: EditedPart | null, changes?: Partial<ScheduleForm> } = {}) {
    edit.value = { form: { ...formOfSchedule(schedule), ...changes }, schedule, part, draft: false }
  }
  function close() {
    edit.value = null
  }

  return { edit, create, change, close }
}
