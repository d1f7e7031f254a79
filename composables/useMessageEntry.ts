import type { Message } from '#shared/schemas/audio'

/**
 * What a card and a row of the library have in common: the sound of their message and where it stands, whether it is
 * chosen, and its words. Computed one by one, so that a sound which moves draws its own entry anew and no other.
 */
export function useMessageEntry(message: () => Message) {
  const { t, locale } = useI18n()
  const { rename } = useMessageActions()
  const { positionOf, isCurrent, seek, toggle } = useAudio()
  const { ago, date } = useTimeFormat()
  const selection = useLibraryStore()
  const detailsOf = useDetailsLink()

  const sound = computed(() => soundOf(message()))
  const position_ms = computed(() => positionOf(message().audio_id))
  return {
    editing: ref(false),
    current: computed(() => isCurrent(message().audio_id)),
    selected: computed(() => selection.selected.has(message().audio_id)),
    selecting: computed(() => selection.count > 0),
    to: computed(() => detailsOf(message())),
    rename: (title: string) => rename(message(), title),
    sound,
    /** What its waveform takes. */
    wave: computed(() => ({ peaks: message().peaks, durationMs: message().duration_ms, positionMs: position_ms.value, label: t('audio.seek', { title: message().title }) })),
    seek: (ms: number) => seek(sound.value, ms),
    toggle: () => toggle(sound.value),
    duration: computed(() => formatDuration(message().duration_ms)),
    level: computed(() => message().lufs === null ? '' : `${formatLevel(message().lufs, locale.value)} LUFS`),
    made: computed(() => ({ at: date(message().created_at), ago: ago(message().created_at) })),
    /** Its category, and who speaks. */
    origin: computed(() => [message().category?.name, message().voice_name || t(`library.source.${message().source}`)].filter(Boolean).join(' · ')),
  }
}
