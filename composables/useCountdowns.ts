import { useDocumentVisibility } from '@vueuse/core'

/**
 * Countdowns by id, side by side; each ends in an act unless it is cancelled. Leaving the page, or turning away from it,
 * ends all of them at once: what was asked for is done, and never later than expected.
 * @param seconds how long each of them lasts
 * @returns `left`: the whole seconds that each running one still has
 */
export function useCountdowns(seconds: number, act: (id: string) => void) {
  const left = reactive<Record<string, number>>({})
  const timers = new Map<string, ReturnType<typeof setInterval>>()

  function cancel(id: string) {
    clearInterval(timers.get(id))
    timers.delete(id)
    Reflect.deleteProperty(left, id)
  }

  function end(id: string) {
    cancel(id)
    act(id)
  }

  function start(id: string) {
    cancel(id)
    left[id] = seconds
    timers.set(id, setInterval(() => {
      left[id]! -= 1
      if (left[id] === 0) end(id)
    }, 1000))
  }

  const cancelAll = () => [...timers.keys()].forEach(cancel)
  const endAll = () => [...timers.keys()].forEach(end)
  const visibility = useDocumentVisibility()
  watch(visibility, state => state === 'hidden' && endAll())
  onScopeDispose(endAll)
  return { left, start, cancel, cancelAll }
}
