import type { Voice } from '#shared/schemas/audio'
import type { VoiceSettings } from '#shared/schemas/voice'

/** Which of the settings a provider's voices listen to. */
export const SETTINGS_OF: Record<Voice['provider'], (keyof VoiceSettings)[]> = {
  elevenlabs: ['stability', 'similarity_boost', 'style', 'speed', 'use_speaker_boost'],
  espeak: ['speed'],
}

/** What a voice is, in the reader's language. */
export function useVoiceWords() {
  const { locale } = useI18n()
  const names = computed(() => new Intl.DisplayNames([locale.value], { type: 'language', fallback: 'code' }))

  /** `Español` for `es` and for `es-419`, as the accent says the rest; the code itself when nobody knows it. */
  function languageName(code: string): string {
    try {
      const name = names.value.of(code.split('-')[0]!) ?? code
      return name.charAt(0).toLocaleUpperCase(locale.value) + name.slice(1)
    }
    catch {
      return code
    }
  }

  return { languageName }
}
