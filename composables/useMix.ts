import type { GenerateResponse, Message } from '#shared/schemas/audio'
import type { JingleRecipe } from '#shared/schemas/jingle'

/** Mixes a draft anew. Its speech is there already: no provider is asked. */
export function useMix() {
  const { t } = useI18n()
  const { apiPost } = useApi()
  const { success, failure } = useNotification()
  const store = useAudioStore()
  const audio = useAudio()
  const mixing = ref(false)

  /** @param jingle null for the voice alone */
  async function mix(message: Message, jingle: JingleRecipe | null) {
    if (mixing.value) return
    mixing.value = true
    try {
      const mixed = await apiPost<GenerateResponse>('/api/v1/audio/mix', { audio_id: message.audio_id, jingle }, { idempotent: true })
      if (audio.isCurrent(message.audio_id)) audio.stop()
      if (store.made?.audio_id === message.audio_id) store.made = mixed
      success(t('jingle.remixed'))
      await refreshNuxtData('library-recent')
    }
    catch (thrown) {
      failure(t('jingle.remix_failed'), thrown)
    }
    finally {
      mixing.value = false
    }
  }

  return { mix, mixing }
}
