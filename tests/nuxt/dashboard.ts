import { vi } from 'vitest'
import type { Component } from 'vue'
import { defineComponent, h } from 'vue'
import UApp from '@nuxt/ui/components/App.vue'
import UDashboardGroup from '@nuxt/ui/components/DashboardGroup.vue'

/**
 * A page inside what the dashboard gives it: overlays, tooltips and panels.
 * @param page the page
 * @param setup runs inside, where composables may be used
 */
export function inDashboard(page: Component, setup?: () => void) {
  const Inside = defineComponent({ inheritAttrs: false, setup(_props, { attrs }) {
    setup?.()
    return () => h(page, attrs)
  } })
  return defineComponent({ inheritAttrs: false, setup: (_props, { attrs }) => () => h(UApp, null, () => h(UDashboardGroup, null, () => h(Inside, attrs))) })
}

/** Waits until a check passes: long, because a busy machine is not a broken page. */
export const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 8000, interval: 20 })
