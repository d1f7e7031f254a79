import type { SettingName } from '#shared/schemas/settings'

/** Saves a page of the client's settings, and offers to undo that. */
export function useSettingActions() {
  const { apiPut } = useApi()
  const { success, failure } = useNotification()
  const { t } = useI18n()

  /**
   * @param saved gets what the server keeps, also after an undo
   * @throws ApiError when the server refuses
   */
  async function save<T extends object>(name: SettingName, settings: T, before: T, said: { title: string, text: string }, saved: (settings: T) => void) {
    const put = (wanted: T) => apiPut<T>(`/api/v1/settings/${name}`, wanted)
    async function undo() {
      try {
        saved(await put(before))
      }
      catch (thrown) {
        failure(t('client.groups.undo_failed'), thrown)
      }
    }
    const kept = await put(settings)
    success(said.title, { description: said.text, undo })
    saved(kept)
  }

  return { save }
}
