import { watchDebounced } from '@vueuse/core'
import { normalizeText, speechTextProblem } from '#shared/utils/speech-text'
import type { Reading } from '#shared/schemas/reading'
import type { Draft } from '~/stores/audio'

/** Long enough for a word to be finished, short enough to be there when somebody looks. */
const PAUSE_MS = 450

/** Words to be said, and how, where somebody corrected it. */
export type Script = Pick<Draft, 'text' | 'spoken'>

/**
 * How a script will be read by a voice, a moment after each change, and the correction of it by hand. The correction
 * belongs to the text that it was made for: another text drops it, with a notice.
 * @param draft what is being written; the correction is kept in it
 * @param voice_id null while there is no voice
 */
export function useReading(draft: Ref<Script>, voice_id: () => string | null | undefined) {
  const { apiPost } = useApi()
  const { t } = useI18n()
  const reading = shallowRef<Reading | null>(null)
  const failed = ref(false)
  const dropped = ref(false)
  let asking: AbortController | null = null
  let left = false

  const text = computed(() => draft.value.text)
  const corrected = computed(() => draft.value.spoken?.for === text.value ? draft.value.spoken.text : null)
  /** The reading of exactly these words; null while it is on its way. */
  const current = computed(() => reading.value && reading.value.text === normalizeText(text.value) ? reading.value : null)
  /** What will be heard, as far as it is known. */
  const spoken = computed(() => corrected.value ?? current.value?.spoken_text ?? text.value)

  async function ask() {
    asking?.abort()
    // A pause may end after the page was left.
    if (left) return
    const voice = voice_id()
    if (!voice || speechTextProblem(text.value)) {
      reading.value = null
      return
    }
    const { signal } = asking = new AbortController()
    try {
      const answer = await apiPost<Reading>('/api/v1/audio/reading', { text: text.value, voice_id: voice }, { signal })
      if (signal.aborted) return
      reading.value = answer
      failed.value = false
    }
    catch {
      failed.value = !signal.aborted
    }
  }

  function correct(words: string) {
    draft.value.spoken = { for: text.value, text: words }
    dropped.value = false
  }

  function restore() {
    draft.value.spoken = null
  }

  onMounted(() => {
    watchDebounced([text, voice_id], ask, { debounce: PAUSE_MS, maxWait: PAUSE_MS * 4 })
    void ask()
  })
  onScopeDispose(() => {
    left = true
    asking?.abort()
  })
  watch(text, (now) => {
    if (!draft.value.spoken || draft.value.spoken.for === now) return
    draft.value.spoken = null
    dropped.value = now.trim() !== ''
  })

  const notice = computed(() => dropped.value ? t('reading.dropped') : '')
  return { reading: current, corrected, spoken, failed, notice, ask, correct, restore }
}
