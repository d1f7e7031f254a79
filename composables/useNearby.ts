import { createSharedComposable } from '@vueuse/core'

/** How far outside of what is seen something counts as near. */
const MARGIN_PX = 600
/** So many are let in with one frame: a page of a hundred comes in many short tasks, not in a long one. */
const A_FRAME = 3

/** One observer for all entries of all long lists of a page. */
const useObserver = createSharedComposable(() => {
  const tell = new Map<Element, (near: boolean) => void>()
  const coming = new Set<Element>()
  let observer: IntersectionObserver | null = null
  let frame = 0

  function letIn() {
    frame = 0
    for (const element of [...coming].slice(0, A_FRAME)) {
      coming.delete(element)
      tell.get(element)?.(true)
    }
    if (coming.size) frame = requestAnimationFrame(letIn)
  }

  function look(entries: IntersectionObserverEntry[]) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) coming.add(target)
      else if (!coming.delete(target)) tell.get(target)?.(false)
    }
    if (coming.size && !frame) frame = requestAnimationFrame(letIn)
  }

  function observe(element: Element, onChange: (near: boolean) => void) {
    // The margin counts for the box that scrolls only where that box is named.
    observer ??= new IntersectionObserver(look, { root: scrollerOf(element), rootMargin: `${MARGIN_PX}px` })
    tell.set(element, onChange)
    observer.observe(element)
  }

  function forget(element: Element) {
    tell.delete(element)
    coming.delete(element)
    observer?.unobserve(element)
  }

  onScopeDispose(() => {
    observer?.disconnect()
    observer = null
    cancelAnimationFrame(frame)
  })
  return { observe, forget }
})

/**
 * Whether an element is near what is seen, so that its inside is worth drawing. What holds the focus stays near.
 * @param initially before anything was measured: what the server draws too
 */
export function useNearby(element: Readonly<Ref<HTMLElement | null>>, initially: boolean) {
  const near = ref(initially)
  if (import.meta.server) return near
  const { observe, forget } = useObserver()
  let observed: HTMLElement | null = null
  onMounted(() => {
    observed = element.value
    if (observed) observe(observed, is => (near.value = is || Boolean(observed?.contains(document.activeElement))))
  })
  onBeforeUnmount(() => observed && forget(observed))
  return near
}

/** The box in which an element is scrolled; null where that is the page. */
export function scrollerOf(element: Element): Element | null {
  const parent = element.parentElement
  return !parent || /auto|scroll/.test(getComputedStyle(parent).overflowY) ? parent : scrollerOf(parent)
}
