import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import NameForm from '~/components/client/NameForm.vue'
import OpeningHoursField from '~/components/client/OpeningHours.vue'
import StoreCard from '~/components/client/StoreCard.vue'
import StoreForm from '~/components/client/StoreForm.vue'
import type { OpeningHours, Store } from '#shared/schemas/client'
import { useClientStore } from '~/stores/client'
import { meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const saved = vi.fn<(body: Record<string, unknown>) => void>()
const renamed = vi.fn<(body: { name: string }) => void>()
const store: Store = { store_id: '019a0000-0000-7000-8000-000000000001', name: 'Gran Vía', time_zone: 'Europe/Madrid', opening_hours: { 1: [['09:00', '14:00']], 2: [] }, opening_exceptions: [{ date: '2020-12-25', name: 'Navidad', hours: [] }], opening: null, player_settings: null, limits: null, holiday_region: null, group_ids: [], address: null, players: 0, players_online: 0, created_at: '2026-11-01T10:00:00Z' }
registerEndpoint('/api/v1/client/stores', () => ({ items: [store], next_cursor: null, total: 1 }))
registerEndpoint('/api/v1/schedule/holidays/regions', () => ({ items: [] }))
registerEndpoint(`/api/v1/client/stores/${store.store_id}`, { method: 'PATCH', handler: async (event) => {
  const body = await readBody(event)
  saved(body)
  return { ...store, ...body }
} })
registerEndpoint('/api/v1/client/me', { method: 'PATCH', handler: async (event) => {
  const body = await readBody<{ name: string }>(event)
  renamed(body)
  const me = meAs('viewer')
  return { ...me, user: { ...me.user!, ...body } }
} })
enableAutoUnmount(afterEach)
beforeEach(() => {
  saved.mockReset()
  renamed.mockReset()
  useClientStore().set(meAs('editor'))
})

describe('opening hours', () => {
  async function mount(given: OpeningHours | null) {
    const hours = ref(given)
    const field = await mountSuspended(inDashboard(defineComponent(() => () => h(OpeningHoursField, { 'name': 'opening_hours', 'modelValue': hours.value, 'onUpdate:modelValue': (value: OpeningHours | null) => void (hours.value = value) }))))
    const day = (index: number) => field.findAll('li')[index]!
    return { hours, field, day }
  }

  it('are unknown until somebody says so', async () => {
    const { hours, field, day } = await mount(null)
    expect(field.findAll('li')).toHaveLength(0)
    await field.get('[role=switch]').trigger('click')
    expect(field.findAll('li')).toHaveLength(7)
    expect(day(0).text()).toContain('lunes')
    expect(day(6).text()).toContain('Cerrado')
    expect(hours.value).toMatchObject({ 1: [['09:00', '21:00']], 7: [] })
    await field.get('[role=switch]').trigger('click')
    expect(hours.value).toBeNull()
  })

  it('have several ranges a day, which can be changed and taken away', async () => {
    const { hours, day } = await mount({ 1: [['09:00', '14:00']] })
    await day(0).get('button[aria-label="Añadir otro tramo en lunes"]').trigger('click')
    expect(hours.value![1]).toEqual([['09:00', '14:00'], ['17:00', '21:00']])
    await day(0).findAll('input[type=time]')[3]!.setValue('22:15')
    expect(hours.value![1]).toEqual([['09:00', '14:00'], ['17:00', '22:15']])
    await day(0).findAll('button[aria-label="Quitar este tramo de lunes"]')[0]!.trigger('click')
    expect(hours.value![1]).toEqual([['17:00', '22:15']])
  })

  it.each([['Copiar el horario de miércoles a todos los días', 7], ['Copiar de lunes a viernes', 5]])('of one day: %s', async (name, copied) => {
    const { hours, day } = await mount({ 3: [['10:00', '14:00'], ['16:00', '20:00']] })
    day(2).get('button[aria-label="Copiar el horario de miércoles"]').element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
    const entry = await until(() => {
      const found = [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find(item => item.textContent?.trim() === name)
      expect(found).toBeDefined()
      return found!
    })
    entry.click()
    await until(() => expect(Object.values(hours.value!)).toEqual(Array.from({ length: copied }, () => [['10:00', '14:00'], ['16:00', '20:00']])))
  })

  it('close a day', async () => {
    const { hours, day } = await mount({ 1: [['09:00', '14:00']] })
    await day(0).get('[role=switch]').trigger('click')
    expect(hours.value![1]).toEqual([])
    expect(day(0).text()).toContain('Cerrado')
  })

  it('end at midnight, which a time field calls 00:00', async () => {
    const { hours, day } = await mount({ 1: [['09:00', '14:00']] })
    await day(0).findAll('input[type=time]')[1]!.setValue('00:00')
    expect(hours.value![1]).toEqual([['09:00', '24:00']])
    expect(day(0).findAll<HTMLInputElement>('input[type=time]')[1]!.element.value).toBe('00:00')
  })
})

describe('the form of a store', () => {
  async function mount() {
    const open = ref(false)
    await mountSuspended(inDashboard(defineComponent(() => () => h(StoreForm, { store, 'open': open.value, 'onUpdate:open': (value: boolean) => void (open.value = value) }))))
    open.value = true
    const form = await until(() => {
      const found = document.querySelector<HTMLFormElement>('#store-form')
      expect(found?.querySelectorAll('input[type=time]')).toHaveLength(2)
      return found!
    })
    const times = () => [...form.querySelectorAll<HTMLInputElement>('input[type=time]')]
    const type = (input: HTMLInputElement, value: string) => {
      input.value = value
      input.dispatchEvent(new Event('input', { bubbles: true }))
    }
    return { form, times, type, submit: () => form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })) }
  }

  it('saves the hours with the rest', async () => {
    const { times, type, submit } = await mount()
    type(times()[1]!, '15:30')
    submit()
    await until(() => expect(saved).toHaveBeenCalledWith({ name: 'Gran Vía', time_zone: 'Europe/Madrid', address: null, opening_hours: { 1: [['09:00', '15:30']], 2: [] }, opening_exceptions: store.opening_exceptions, holiday_region: null }))
  })

  it('takes days with hours of their own, and keeps those that are past', async () => {
    const { form, submit } = await mount()
    const button = (text: string) => [...form.querySelectorAll('button')].find(entry => entry.textContent?.trim() === text)!
    expect(form.querySelectorAll('input[type=date]')).toHaveLength(0)
    button('Añadir un día').click()
    await until(() => expect(form.querySelectorAll('input[type=date]')).toHaveLength(1))
    submit()
    await until(() => expect(saved).toHaveBeenCalled())
    const { opening_exceptions } = saved.mock.calls[0]![0] as unknown as Store
    expect(opening_exceptions).toMatchObject([{ date: '2020-12-25' }, { name: '', hours: [] }])
    expect(opening_exceptions[1]!.date > new Date().toISOString().slice(0, 10)).toBe(true)
  })

  it('says at its day what is wrong with them, and sends nothing', async () => {
    const { form, times, type, submit } = await mount()
    type(times()[1]!, '08:00')
    submit()
    await until(() => expect(form.querySelector('li')!.textContent).toContain('El cierre tiene que ser posterior a la apertura'))
    expect(form.querySelectorAll('li')[1]!.textContent).not.toContain('posterior')
    expect(saved).not.toHaveBeenCalled()
  })
})

describe('the card of a store', () => {
  const mount = (more: Partial<Store>) => mountSuspended(inDashboard(defineComponent(() => () => h(StoreCard, { store: { ...store, time_zone: 'UTC', ...more } }))))
  const HOUR = 3_600_000
  /** So long from now, as the clocks of the store show it: of a zone whose days are all alike. */
  const clock = (in_ms: number) => new Intl.DateTimeFormat('es-ES', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(Date.now() + in_ms)

  it('says whether it is open, and until when', async () => {
    const opens = (open: boolean, in_ms: number | null) => mount({ opening: { open, changes_at: in_ms === null ? null : new Date(Date.now() + in_ms).toISOString() } })
    expect((await mount({})).text()).not.toMatch(/Abierta|Cerrada/)
    expect((await opens(true, null)).text()).toContain('Abierta ahora')
    expect((await opens(false, null)).text()).toContain('Cerrada')
    const soon = (await opens(true, 60_000)).text()
    expect(soon).toMatch(/Abierta hasta/)
    expect(soon).toContain(clock(60_000))
    expect((await opens(false, 24 * HOUR)).text()).toContain(`Cerrada, abre mañana a las ${clock(24 * HOUR)}`)
    expect((await opens(false, 72 * HOUR)).text()).toMatch(/Cerrada, abre el \w+/)
    // What was said is over.
    expect((await opens(true, -1000)).text()).toContain('Cerrada')
  })
})

describe('one’s own name', () => {
  it('is changed, and seen at once', async () => {
    const form = await mountSuspended(inDashboard(NameForm))
    const button = form.get('button[type=submit]')
    expect(button.attributes('disabled')).toBeDefined()
    await form.get('input[name=name]').setValue('  Ana María  ')
    await form.get('form').trigger('submit')
    await until(() => expect(renamed).toHaveBeenCalledWith({ name: 'Ana María' }))
    await until(() => expect(useClientStore().user?.name).toBe('Ana María'))
  })

  it('cannot be nothing', async () => {
    const form = await mountSuspended(inDashboard(NameForm))
    await form.get('input[name=name]').setValue('   ')
    await form.get('form').trigger('submit')
    await until(() => expect(form.text()).toContain('Este campo es obligatorio'))
    expect(renamed).not.toHaveBeenCalled()
  })
})
