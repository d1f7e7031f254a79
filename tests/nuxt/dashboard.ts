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
  const Inside = defineComponent({ setup() {
    setup?.()
    return () => h(page)
  } })
  return defineComponent(() => () => h(UApp, null, () => h(UDashboardGroup, null, () => h(Inside))))
}
