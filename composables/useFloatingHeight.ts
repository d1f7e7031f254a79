import { useElementBounding, useEventListener } from '@vueuse/core'

const GAP_PX = 8

/**
 * Tells the style sheet how much of the foot of the screen something takes that floats there, as `--mf-<name>`: what else
 * floats there, notices first of all, stands above it. Nothing when it is gone.
 */
export function useFloatingHeight(name: 'dock' | 'bulk', element: Readonly<Ref<HTMLElement | null>>) {
  const { top, height, update } = useElementBounding(element)
  // It slides in: where it comes to rest is what counts.
  useEventListener(element, 'transitionend', () => update())
  const tell = (px: number) => document.documentElement.style.setProperty(`--mf-${name}`, `${Math.round(px)}px`)
  onMounted(() => watch([top, height], () => tell(height.value ? window.innerHeight - top.value + GAP_PX : 0), { immediate: true }))
  onBeforeUnmount(() => tell(0))
}
