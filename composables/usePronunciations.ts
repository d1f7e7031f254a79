import type { NewPronunciation, Pronunciation, PronunciationPatch } from '#shared/schemas/reading'

const KEY = 'pronunciations'
const URL = '/api/v1/audio/pronunciations'

/** How the client's words are said. */
export function usePronunciations() {
  return useFetch<{ items: Pronunciation[] }>(URL, { key: KEY })
}

/** What can be done with the client's words. Saving throws, so that a form can say why. */
export function usePronunciationActions() {
  const { apiPost, apiPatch, apiDelete } = useApi()
  const { success, failure } = useNotification()
  const { t } = useI18n()

  async function create(word: NewPronunciation) {
    const created = await apiPost<Pronunciation>(URL, word, { idempotent: true })
    success(t('reading.words_list.added', { written: created.written, spoken: created.spoken }))
    await refreshNuxtData(KEY)
  }

  async function update(pronunciation_id: string, patch: PronunciationPatch) {
    const updated = await apiPatch<Pronunciation>(`${URL}/${pronunciation_id}`, patch)
    success(t('reading.words_list.saved', { written: updated.written, spoken: updated.spoken }))
    await refreshNuxtData(KEY)
  }

  async function remove(word: Pronunciation) {
    try {
      await apiDelete(`${URL}/${word.pronunciation_id}`)
      success(t('reading.words_list.removed', { written: word.written }), { icon: 'i-lucide-trash-2', undo: () => bringBack(word) })
    }
    catch (thrown) {
      failure(t('reading.words_list.remove_failed'), thrown)
    }
    await refreshNuxtData(KEY)
  }

  async function bringBack({ written, spoken, language }: Pronunciation) {
    try {
      await apiPost(URL, { written, spoken, language }, { idempotent: true })
    }
    catch (thrown) {
      failure(t('reading.words_list.undo_failed'), thrown)
    }
    await refreshNuxtData(KEY)
  }

  return { create, update, remove }
}
