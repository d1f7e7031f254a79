/**
 * Whether a page's "new" form is open. The command palette opens it with `?new`; the query goes away at once, so that
 * reloading or going back does not open it again.
 */
export function useNewQuery() {
  const route = useRoute()
  const open = ref(false)

  function take() {
    if (!('new' in route.query)) return
    open.value = true
    void navigateTo({ path: route.path, query: { ...route.query, new: undefined } }, { replace: true })
  }
  onMounted(take)
  watch(() => route.query.new, take)

  return open
}
