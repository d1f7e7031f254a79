import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { getQuery, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useRouter, useToast } from '#imports'
import Schedules from '~/pages/schedules.vue'
import { useClientStore } from '~/stores/client'
import type { Schedule } from '#shared/schemas/schedule'
import { aSchedule, aStore, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const list = vi.fn<(query: Record<string, unknown>) => unknown>()
const bulk = vi.fn<(body: { schedule_ids: string[] }) => void>()
const reverted = vi.fn<(body: unknown) => void>()
const store = aStore({ name: 'Gran Vía', time_zone: 'Europe/Madrid' })
const NEXT = { due_at: '2030-01-02T15:30:00Z', store_id: store.store_id, time_zone: store.time_zone }
const schedules: Schedule[] = [
  aSchedule({ name: 'Ofertas', kind: 'interval', interval_minutes: 30, window_start: '09:00', window_end: '21:00', weekdays: [1, 2, 3, 4, 5] }),
  aSchedule({ name: 'Cierre', kind: 'opening', opening_edge: 'closes', opening_offset_minutes: -15 }),
  aSchedule({ name: 'Pausada', enabled: false }),
  aSchedule({ name: 'Vieja', kind: 'once', at: '2020-01-01T10:00' }),
  aSchedule({ name: 'Perdida', messages: [] }),
]
registerEndpoint('/api/v1/schedule', event => list(getQuery(event)))
registerEndpoint('/api/v1/schedule/next', event => ({ items: schedules.filter(({ schedule_id, name }) => String(getQuery(event).schedule_ids).includes(schedule_id) && ['Ofertas', 'Cierre'].includes(name ?? '')).map(({ schedule_id }) => ({ schedule_id, ...NEXT })) }))
registerEndpoint('/api/v1/client/stores', () => listOf([store]))
registerEndpoint('/api/v1/client/groups', () => listOf([]))
registerEndpoint('/api/v1/player/players', () => listOf([]))
registerEndpoint('/api/v1/schedule/bulk', { method: 'POST', handler: async (event) => {
  const body = await readBody<{ schedule_ids: string[] }>(event)
  bulk(body)
  return { changed: body.schedule_ids.map(schedule_id => ({ schedule_id, version_before: 1, version: 2 })), created: [] }
} })
for (const { schedule_id } of schedules) {
  registerEndpoint(`/api/v1/schedule/${schedule_id}/revert`, { method: 'POST', handler: async (event) => {
    reverted(await readBody(event))
    return {}
  } })
}
enableAutoUnmount(afterEach)
beforeEach(() => {
  clearNuxtData()
  useToast().clear()
  useClientStore().set(meAs('editor'))
  list.mockReset().mockImplementation(() => listOf(schedules))
  bulk.mockReset()
  reverted.mockReset()
})

async function mount(route = '/schedules') {
  const page = await mountSuspended(inDashboard(Schedules), { route })
  await until(() => expect(page.findAll('li[tabindex]').length || page.find('[data-slot=empty], [class*=empty]').exists()).toBeTruthy())
  const row = (name: string) => page.get(`li[aria-label="${name}"]`)
  return { page, row, button: (label: string) => page.findAll('button').find(entry => entry.text() === label || entry.attributes('aria-label') === label) }
}
const notice = () => until(() => useToast().toasts.value.at(-1) ?? expect.fail('no notice'))

describe('the list of schedules', () => {
  it('says of each in words when it airs, and how it stands', async () => {
    const { row } = await mount()
    expect(row('Ofertas').text()).toContain('Cada 30 minutos, de lunes a viernes, 09:00–21:00')
    expect(row('Cierre').text()).toContain('15 minutos antes de cerrar, todos los días')
    await until(() => expect(row('Ofertas').text()).toMatch(/2 ene 2030, 16:30.*Europe\/Madrid/))
    expect(row('Ofertas').text()).toContain('En marcha')
    expect(row('Pausada').text()).toContain('En pausa')
    expect(row('Perdida').text()).toContain('Sin mensaje')
    await until(() => expect(row('Vieja').text()).toContain('Terminada'))
  })

  it('is narrowed by what the address says', async () => {
    await mount('/schedules?state=expiring&kind=once&sort=until&store=nonsense')
    await until(() => expect(list).toHaveBeenCalledWith(expect.objectContaining({ state: 'expiring', kind: 'once', sort: 'until' })))
    expect(list.mock.lastCall![0].store_id).toBeUndefined()
  })

  it('chooses by keys, with shift all between, and does it to all, once, with a way back', async () => {
    const { page, row, button } = await mount()
    await row('Ofertas').trigger('keydown', { key: ' ' })
    await row('Pausada').trigger('keydown', { key: 'X' })
    expect(page.get('[role=toolbar]').text()).toContain('3 elegidas')
    await button('Eliminar')!.trigger('click')
    const ids = schedules.slice(0, 3).map(schedule => schedule.schedule_id)
    await until(() => expect(bulk).toHaveBeenCalledWith({ schedule_ids: ids, act: 'delete' }))
    const { title, actions } = await notice()
    expect(title).toBe('3 programaciones eliminadas')
    await until(() => expect(page.find('[role=toolbar]').exists()).toBe(false))
    ;(actions![0]!.onClick as () => void)()
    await until(() => expect(bulk).toHaveBeenLastCalledWith({ schedule_ids: ids, act: 'restore' }))
  })

  it('resumes what is chosen, and goes back to each version before', async () => {
    const { row, button } = await mount()
    await row('Pausada').trigger('keydown', { key: 'x' })
    await button('Reanudar')!.trigger('click')
    await until(() => expect(bulk).toHaveBeenCalledWith({ schedule_ids: [schedules[2]!.schedule_id], act: 'resume' }))
    const { actions } = await notice()
    ;(actions![0]!.onClick as () => void)()
    await until(() => expect(reverted).toHaveBeenCalledWith({ to_version: 1, version: 2 }))
  })

  it('changes nothing for a viewer', async () => {
    useClientStore().set(meAs('viewer'))
    const { page, row } = await mount()
    await row('Ofertas').trigger('keydown', { key: ' ' })
    await row('Ofertas').trigger('keydown', { key: 'Delete' })
    expect(page.find('[role=toolbar]').exists()).toBe(false)
    expect(page.find('[role=checkbox]').exists()).toBe(false)
    expect(bulk).not.toHaveBeenCalled()
  })

  it('says when nothing matches, and lets go of the filters', async () => {
    list.mockImplementation(() => listOf([]))
    const page = await mountSuspended(inDashboard(Schedules), { route: '/schedules?state=duplicate' })
    await until(() => expect(page.text()).toContain('Nada coincide'))
    await page.findAll('button').find(entry => entry.text() === 'Quitar filtros')!.trigger('click')
    await until(() => expect(useRouter().currentRoute.value.query.state).toBeUndefined())
    await until(() => expect(page.text()).toContain('Todavía no hay nada programado'))
  })
})
