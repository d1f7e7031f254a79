import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import NameForm from '~/components/client/NameForm.vue'
import OpeningHoursField from '~/components/client/OpeningHours.vue'
import StoreForm from '~/components/client/StoreForm.vue'
import type { OpeningHours, Store } from '#shared/schemas/client'
import { useClientStore } from '~/stores/client'
import { meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const saved = vi.fn<(body: Record<string, unknown>) => void>()
const renamed = vi.fn<(body: { name: string }) => void>()
const store: Store = { store_id: '019a0000-0000-7000-8000-000000000001', name: 'Gran Vía', time_zone: 'Europe/Madrid', opening_hours: { 1: [['09:00', '14:00']], 2: [] }, address: null, players: 0, players_online: 0, created_at: '2026-11-01T10:00:00Z' }
registerEndpoint('/api/v1/client/stores', () => ({ items: [store], next_cursor: null, total: 1 }))
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

  it('of one day become those of all', async () => {
    const { hours, day } = await mount({ 3: [['10:00', '14:00'], ['16:00', '20:00']] })
    await day(2).get('button[aria-label="Copiar el horario de miércoles a todos los días"]').trigger('click')
    expect(Object.keys(hours.value!)).toHaveLength(7)
    expect(Object.values(hours.value!)).toEqual(Array.from({ length: 7 }, () => [['10:00', '14:00'], ['16:00', '20:00']]))
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
    await until(() => expect(saved).toHaveBeenCalledWith({ name: 'Gran Vía', time_zone: 'Europe/Madrid', address: null, opening_hours: { 1: [['09:00', '15:30']], 2: [] } }))
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
