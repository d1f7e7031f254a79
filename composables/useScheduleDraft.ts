import { watchDebounced } from '@vueuse/core'
import type { ScheduleEdit } from './useScheduleEditor'
import { newScheduleForm, type ScheduleForm } from './useScheduleForm'

/** A new schedule that was begun and not finished is kept in this browser, apart for each client. */
export function useScheduleDraft(edit: Ref<ScheduleEdit | null>, form: Ref<ScheduleForm>) {
  const client = useClientStore()
  const key = computed(() => `mediaflow.schedule-draft.${client.client?.client_id ?? 'none'}`)
  const begun = ref('')

  watchDebounced(form, (now) => {
    if (edit.value && !edit.value.schedule && JSON.stringify(now) !== begun.value) localStorage.setItem(key.value, JSON.stringify(now))
  }, { deep: true, debounce: 300, maxWait: 2000 })

  /** What was begun last time; null: nothing, or nothing that can be read. */
  function restore(): ScheduleForm | null {
    begun.value = JSON.stringify(form.value)
    if (!edit.value?.draft) return null
    try {
      const kept = JSON.parse(localStorage.getItem(key.value) ?? 'null') as Partial<ScheduleForm> | null
      return kept?.kind && Array.isArray(kept.messages) && kept.messages.length ? { ...newScheduleForm(), ...kept } : null
    }
    catch {
      return null
    }
  }
  const forget = () => localStorage.removeItem(key.value)

  return { restore, forget }
}
