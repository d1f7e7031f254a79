import { GenerateResponseSchema, type Message } from '#shared/schemas/audio'
import type { MessageVersion, NewVersion } from '#shared/schemas/library'

/** What a message was before, and what it is made to be: the old stays audible until the new is there, and after. */
export function useMessageVersions(audio_id: string) {
  const { t } = useI18n()
  const { apiPost } = useApi()
  const notification = useNotification()
  const { apply } = useMessageLists()
  const key = `library-versions:${audio_id}`
  const path = `/api/v1/library/${audio_id}/versions`

  const { data, status, error, refresh } = useFetch<{ items: MessageVersion[] }>(path, { key, lazy: true, server: false })
  const versions = computed(() => data.value?.items ?? [])

  const { making, failure, make: speakVersion, cancel } = useMaking()

  /**
   * Makes a new version.
   * @returns whether it is there; otherwise `failure` says why, unless it was cancelled
   */
  async function make(request: NewVersion, with_jingle: boolean): Promise<boolean> {
    const message = await speakVersion(path, request, GenerateResponseSchema, with_jingle)
    if (!message) return false
    apply(message)
    notification.success(t('library.versions.made'))
    await refresh()
    return true
  }

  async function restore(version: MessageVersion) {
    try {
      apply(await apiPost<Message>(`${path}/${version.version_id}/restore`, undefined, { idempotent: true }))
      notification.success(t('library.versions.restored', { version: version.version }))
      await refresh()
    }
    catch (thrown) {
      notification.failure(t('library.versions.restore_failed'), thrown)
    }
  }

  return { versions, status, error, refresh, making, failure, make, cancel, restore }
}
