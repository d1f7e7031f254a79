import { useElementSize } from '@vueuse/core'

/**
 * Tells the style sheet how high something is that floats at the foot of the page, with its gap, as `--mf-<name>`: what
 * else floats there, notices first of all, stands above it. Nothing when it is gone.
 */
export function useFloatingHeight(name: 'dock' | 'bulk', element: Readonly<Ref<HTMLElement | null>>) {
  const GAP_PX = 8
  const { height } = useElementSize(element, undefined, { box: 'border-box' })
  const tell = (px: number) => document.documentElement.style.setProperty(`--mf-${name}`, px ? `${px + GAP_PX}px` : '0px')
  onMounted(() => watch(height, tell, { immediate: true }))
  onBeforeUnmount(() => tell(0))
}
