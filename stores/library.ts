import { defineStore } from 'pinia'

/** Which messages of the library are chosen for something to be done with all of them. */
export const useLibraryStore = defineStore('library', () => {
  const selected = ref(new Set<string>())
  /** Where a range begins: the message chosen last. */
  const anchor = ref<string | null>(null)
  const count = computed(() => selected.value.size)

  /** Chooses a message, or no longer. */
  function toggle(audio_id: string) {
    if (!selected.value.delete(audio_id)) selected.value.add(audio_id)
    anchor.value = audio_id
  }

  /**
   * Chooses everything between the one chosen last and this one.
   * @param order the messages as they are shown
   */
  function extendTo(audio_id: string, order: string[]) {
    const [from, to] = [order.indexOf(anchor.value ?? audio_id), order.indexOf(audio_id)].sort((a, b) => a - b) as [number, number]
    if (from < 0) return toggle(audio_id)
    for (const id of order.slice(from, to + 1)) selected.value.add(id)
    anchor.value = audio_id
  }

  function select(audio_ids: string[]) {
    for (const id of audio_ids) selected.value.add(id)
  }

  /** Lets go of some: they are gone, or are shown no longer. */
  function drop(audio_ids: Iterable<string>) {
    for (const id of audio_ids) selected.value.delete(id)
  }

  function clear() {
    selected.value.clear()
    anchor.value = null
  }

  return { selected, count, toggle, extendTo, select, drop, clear }
})
