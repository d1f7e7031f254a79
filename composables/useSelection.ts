/** Which entries of a list are chosen for something to be done with all of them, by their ids. */
export function useSelection() {
  const selected = ref(new Set<string>())
  /** Where a range begins: the entry chosen last. */
  const anchor = ref<string | null>(null)
  const count = computed(() => selected.value.size)

  /** Chooses an entry, or no longer. */
  function toggle(id: string) {
    if (!selected.value.delete(id)) selected.value.add(id)
    anchor.value = id
  }

  /**
   * Chooses everything between the one chosen last and this one.
   * @param order the entries as they are shown
   */
  function extendTo(id: string, order: string[]) {
    const [from, to] = [order.indexOf(anchor.value ?? id), order.indexOf(id)].sort((a, b) => a - b) as [number, number]
    if (from < 0) return toggle(id)
    for (const each of order.slice(from, to + 1)) selected.value.add(each)
    anchor.value = id
  }

  function select(ids: string[]) {
    for (const id of ids) selected.value.add(id)
  }

  /** Lets go of some: they are gone, or are shown no longer. */
  function drop(ids: Iterable<string>) {
    for (const id of ids) selected.value.delete(id)
  }

  function clear() {
    selected.value.clear()
    anchor.value = null
  }

  return { selected, count, toggle, extendTo, select, drop, clear }
}
