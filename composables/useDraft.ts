import { watchDebounced } from '@vueuse/core'

/** Keeps what is being written in this browser, apart for each client. */
export function useDraft() {
  const store = useAudioStore()
  const client = useClientStore()
  const key = computed(() => `mediaflow.draft.${client.client?.client_id ?? 'none'}`)

  onMounted(() => {
    store.restoreDraft(localStorage.getItem(key.value))
    watchDebounced(() => store.draft, draft => localStorage.setItem(key.value, JSON.stringify(draft)), { deep: true, debounce: 300, maxWait: 2000 })
  })
}
