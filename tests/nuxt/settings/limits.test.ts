import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { getQuery, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { clearNuxtData, useToast } from '#imports'
import StoreLimits from '~/components/client/StoreLimits.vue'
import Calendar from '~/pages/settings/calendar.vue'
import Limits from '~/pages/settings/limits.vue'
import { useClientStore } from '~/stores/client'
import type { Store } from '#shared/schemas/client'
import { CalendarSettingsSchema, LimitSettingsSchema } from '~~/shared/schemas/settings'
import { meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const limits = { ...LimitSettingsSchema.parse({}), max_per_hour: 12 }
const store: Store = { store_id: '019a0000-0000-7000-8000-000000000001', name: 'Gran Vía', time_zone: 'Europe/Madrid', opening_hours: null, opening_exceptions: [], opening: null, player_settings: null, limits: { min_gap_s: 60 }, holiday_region: null, group_ids: [], address: null, players: 0, players_online: 0, created_at: '2026-11-01T10:00:00Z' }
const put = vi.fn<(body: unknown) => unknown>()
const patched = vi.fn<(body: unknown) => void>()
registerEndpoint('/api/v1/settings/limits', () => limits)
registerEndpoint('/api/v1/settings/limits', { method: 'PUT', handler: async event => put(await readBody(event)) })
registerEndpoint('/api/v1/settings/calendar', () => CalendarSettingsSchema.parse({ holiday_region: 'ES', holidays: [{ name: 'Inventario', date: '02-29' }, { name: 'Patrón', date: '05-15' }] }))
registerEndpoint('/api/v1/settings/calendar', { method: 'PUT', handler: async event => put(await readBody(event)) })
registerEndpoint('/api/v1/schedule/holidays/regions', () => ({ items: [{ region: 'ES', name: 'España', regions: [{ region: 'ES-MD', name: 'Madrid' }] }] }))
registerEndpoint('/api/v1/schedule/holidays', event => ({ items: [{ key: 'ES 12-25', name: 'Navidad', date: `${String(getQuery(event).year)}-12-25` }] }))
registerEndpoint(`/api/v1/client/stores/${store.store_id}`, { method: 'PATCH', handler: async (event) => {
  patched(await readBody(event))
  return store
} })
registerEndpoint('/api/v1/client/stores', () => ({ items: [store], next_cursor: null, total: 1 }))
enableAutoUnmount(afterEach)
beforeEach(() => {
  clearNuxtData()
  useClientStore().set(meAs('editor'))
  useToast().clear()
  put.mockReset().mockImplementation(body => body)
  patched.mockReset()
})

describe('the limits of a client', () => {
  async function mount() {
    const page = await mountSuspended(inDashboard(Limits), { route: '/settings/limits' })
    await until(() => expect(page.find('form').exists()).toBe(true))
    return { page, button: (text: string) => page.findAll('button').find(entry => entry.text() === text), slider: (name: string) => page.get(`[role=slider][aria-labelledby="slider-${name}"]`) }
  }

  it('are kept, and can be undone', async () => {
    const { page, button, slider } = await mount()
    expect(slider('min_gap_s').attributes('aria-valuetext')).toBe('Sin límite')
    expect(slider('max_per_hour').attributes('aria-valuetext')).toBe('12 por hora')
    expect(page.text()).not.toContain('Como en todas las tiendas')
    await slider('max_per_hour').trigger('keydown', { key: 'ArrowLeft' })
    await button('Añadir horas de silencio')!.trigger('click')
    await page.get('form').trigger('submit')
    const changed = { ...limits, max_per_hour: 11, quiet: [{ name: 'Siesta', weekdays: [1, 2, 3, 4, 5, 6, 7], from: '14:00', to: '16:00' }] }
    await until(() => expect(put).toHaveBeenCalledWith(changed))
    const toast = await until(() => useToast().toasts.value.at(-1) ?? expect.fail('no notice'))
    ;(toast.actions![0]!.onClick as () => void)()
    await until(() => expect(put).toHaveBeenLastCalledWith(limits))
  })

  it('are only shown to a viewer', async () => {
    useClientStore().set(meAs('viewer'))
    const { button } = await mount()
    expect(button('Guardar')).toBeUndefined()
    expect(button('Añadir horas de silencio')).toBeUndefined()
  })
})

describe('the limits of a store', () => {
  it('say what is as everywhere, and keep only what is not', async () => {
    const open = ref(false)
    await mountSuspended(inDashboard(defineComponent(() => () => h(StoreLimits, { store, 'open': open.value, 'onUpdate:open': (value: boolean) => void (open.value = value) }))))
    open.value = true
    const form = await until(() => {
      const found = document.querySelector<HTMLFormElement>('#store-limits')
      expect(found?.textContent).toContain('Propio de esta tienda')
      return found!
    })
    expect(form.textContent!.match(/Como en todas las tiendas/g)).toHaveLength(4)
    const back = [...form.querySelectorAll('button')].find(entry => entry.textContent?.includes('Volver a lo general: Sin límite'))!
    form.querySelector('[aria-labelledby="slider-max_per_hour"][role=slider]')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))
    await until(() => expect(form.textContent!.match(/Como en todas las tiendas/g)).toHaveLength(3))
    back.click()
    await until(() => expect(form.textContent!.match(/Como en todas las tiendas/g)).toHaveLength(4))
    form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
    await until(() => expect(patched).toHaveBeenCalledWith({ limits: { max_per_hour: 13 } }))
  })
})

describe('holidays', () => {
  it('list a year’s: those of the region, and one’s own where that year has the day', async () => {
    const page = await mountSuspended(inDashboard(Calendar), { route: '/settings/calendar' })
    await until(() => expect(page.text()).toContain('Navidad'))
    const year = new Date().getFullYear()
    const listed = () => page.findAll('ul').at(-1)!.text()
    for (let ahead = 0; (year + ahead) % 4; ahead++) {
      expect(listed()).not.toContain('Inventario')
      await page.get('[aria-label="Año siguiente"]').trigger('click')
    }
    await until(() => expect(listed()).toContain('Inventario'))
    expect(listed()).toContain('Patrón')
  })

  it('of one’s own are of every year, or of one', async () => {
    const page = await mountSuspended(inDashboard(Calendar), { route: '/settings/calendar' })
    await until(() => expect(page.findAll('[role=switch]')).toHaveLength(2))
    await page.findAll('[role=switch]')[1]!.trigger('click')
    await page.get('form').trigger('submit')
    await until(() => expect(put).toHaveBeenCalledWith({ holiday_region: 'ES', holidays: [{ name: 'Inventario', date: '02-29' }, { name: 'Patrón', date: `${new Date().getFullYear()}-05-15` }] }))
  })
})
