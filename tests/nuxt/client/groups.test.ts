import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { createError, getQuery, readBody, setResponseStatus } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useToast } from '#imports'
import Stores from '~/pages/stores.vue'
import { useClientStore } from '~/stores/client'
import type { Store, StoreGroup } from '#shared/schemas/client'
import { listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const id = (n: number) => `019a0000-0000-7000-8000-00000000000${n}`
const NORTH = id(9)
const aStore = (n: number, name: string, group_ids: string[] = []): Store => ({ store_id: id(n), name, time_zone: 'Europe/Madrid', opening_hours: null, opening_exceptions: [], opening: null, player_settings: null, limits: null, holiday_region: null, group_ids, address: null, players: 0, players_online: 0, created_at: '2026-11-01T10:00:00Z' })
const groups = vi.fn<() => StoreGroup[]>()
const made = vi.fn<(body: unknown) => void>()
const deleted = vi.fn<(force: boolean) => void>()
registerEndpoint('/api/v1/client/stores', () => listOf([aStore(1, 'Bilbao', [NORTH]), aStore(2, 'Cádiz')]))
registerEndpoint('/api/v1/client/groups', () => listOf(groups()))
registerEndpoint('/api/v1/client/groups', { method: 'POST', handler: async (event) => {
  const body = await readBody(event)
  made(body)
  return { group_id: id(8), ...body }
} })
registerEndpoint(`/api/v1/client/groups/${NORTH}`, { method: 'DELETE', handler: (event) => {
  const force = getQuery(event).force === 'true'
  deleted(force)
  if (!force && inUse) throw createError({ status: 409, data: { error: { code: 'group_in_use', message: '', fields: [{ path: 'schedules', message: 'Cierre' }] } } })
  setResponseStatus(event, 204)
  return null
} })
let inUse = false
enableAutoUnmount(afterEach)
beforeEach(() => {
  clearNuxtData()
  useToast().clear()
  useClientStore().set(meAs('editor'))
  inUse = false
  made.mockReset()
  deleted.mockReset()
  groups.mockReset().mockReturnValue([{ group_id: NORTH, name: 'Norte', store_ids: [id(1)] }])
})

async function mount() {
  const page = await mountSuspended(inDashboard(Stores), { route: '/stores' })
  await until(() => expect(page.text()).toContain('Cádiz'))
  return { page, button: (text: string) => [...document.querySelectorAll('button'), ...page.findAll('button').map(entry => entry.element)].find(entry => (entry.getAttribute('aria-label') ?? entry.textContent?.trim()) === text)! }
}

describe('groups of stores', () => {
  it('show their stores alone, and each store says where it is', async () => {
    const { page } = await mount()
    await until(() => expect(page.find('[aria-label="Norte, 1 tienda"]').exists()).toBe(true))
    expect(page.find('[title="Grupos: Norte"]').exists()).toBe(true)
    await page.get('[aria-label="Norte, 1 tienda"]').trigger('click')
    expect(page.text()).not.toContain('Cádiz')
    await page.get('[aria-label="Todas, 2 tiendas"]').trigger('click')
    expect(page.text()).toContain('Cádiz')
  })

  it('are made of a name and some stores', async () => {
    const { page, button } = await mount()
    button('Nuevo grupo').click()
    const form = await until(() => document.querySelector<HTMLFormElement>('#group-form') ?? expect.fail('no form'))
    const name = form.querySelector<HTMLInputElement>('input[name=name]')!
    name.value = 'Sur'
    name.dispatchEvent(new Event('input', { bubbles: true }))
    form.querySelectorAll<HTMLElement>('[role=checkbox]')[1]!.click()
    await until(() => expect(form.textContent).toContain('1 tienda'))
    form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
    await until(() => expect(made).toHaveBeenCalledWith({ name: 'Sur', store_ids: [id(2)] }))
    expect(page.exists()).toBe(true)
  })

  it('go at once when nothing airs in them, and come back', async () => {
    const { page, button } = await mount()
    await until(() => page.get('[aria-label="Norte, 1 tienda"]'))
    await page.get('[aria-label="Norte, 1 tienda"]').trigger('click')
    button('Eliminar grupo').click()
    const toast = await until(() => useToast().toasts.value.at(-1) ?? expect.fail('no notice'))
    expect(toast.title).toBe('Grupo «Norte» eliminado')
    ;(toast.actions![0]!.onClick as () => void)()
    await until(() => expect(made).toHaveBeenCalledWith({ name: 'Norte', store_ids: [id(1)] }))
  })

  it('go only after a question that names what airs in them', async () => {
    inUse = true
    const { page, button } = await mount()
    await until(() => page.get('[aria-label="Norte, 1 tienda"]'))
    await page.get('[aria-label="Norte, 1 tienda"]').trigger('click')
    button('Eliminar grupo').click()
    await until(() => expect(document.querySelector('[role=dialog]')?.textContent).toContain('suenan «Cierre»'))
    expect(deleted).not.toHaveBeenCalledWith(true)
    button('Eliminar de todos modos').click()
    await until(() => expect(deleted).toHaveBeenLastCalledWith(true))
  })
})
