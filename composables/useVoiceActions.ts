import type { Voice, VoicePatch } from '#shared/schemas/audio'
import type { JingleOverrides } from '#shared/schemas/jingle'

/** What can be done with a voice: the call, the notice, and the list afterwards. */
export function useVoiceActions() {
  const { t } = useI18n()
  const { apiPatch } = useApi()
  const { success, failure } = useNotification()

  /**
   * Keeps what every mix with this voice does otherwise than its preset.
   * @param jingle null: nothing
   */
  async function keepJingle(voice: Voice, jingle: JingleOverrides | null) {
    try {
      await apiPatch<Voice>(`/api/v1/audio/voices/${voice.voice_id}`, { jingle } satisfies VoicePatch)
      success(t(jingle ? 'jingle.voice.kept' : 'jingle.voice.dropped', { name: voice.name }))
      await refreshNuxtData('voices')
      return true
    }
    catch (thrown) {
      failure(t('jingle.voice.failed'), thrown)
      return false
    }
  }

  return { keepJingle }
}
