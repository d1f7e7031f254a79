import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useRouter } from '#imports'
import Switcher from '~/components/client/Switcher.vue'
import Sidebar from '~/components/layout/Sidebar.vue'
import { useClientStore } from '~/stores/client'
import { meAs } from '../../fixtures/dashboard'
import { inDashboard } from '../dashboard'

const active = vi.fn<(body: { client_id: string }) => void>()
const me = vi.fn()
const setUp = vi.fn()
registerEndpoint('/api/v1/client/me', () => me())
registerEndpoint('/api/v1/client/setup', () => setUp())
registerEndpoint('/api/v1/client/active', { method: 'PUT', handler: async (event) => {
  active(await readBody(event))
  return meAs('viewer')
} })
const reload = vi.hoisted(() => vi.fn())
vi.mock('#app/composables/chunk', () => ({ reloadNuxtApp: reload }))
enableAutoUnmount(afterEach)

const nobody = { user: null, client: null, clients: [] }
const several = () => {
  const one = meAs('owner')
  return { ...one, clients: [...one.clients, { client_id: 'client-2', name: 'Farmacia', role: 'viewer' as const }] }
}

beforeEach(() => {
  active.mockReset()
  reload.mockReset()
  me.mockReset().mockReturnValue(nobody)
  setUp.mockReset().mockReturnValue({ needed: false })
  useClientStore().set(meAs('owner'))
})

describe('the client switcher', () => {
  const open = (button: Element) => button.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
  const entries = () => [...document.querySelectorAll<HTMLElement>('[role=menuitemcheckbox]')]

  it('names the active client, and is no menu when there is no choice', async () => {
    const switcher = await mountSuspended(inDashboard(Switcher))
    expect(switcher.text()).toContain('Mercado')
    open(switcher.get('button').element)
    await new Promise(done => setTimeout(done, 30))
    expect(entries()).toHaveLength(0)
  })

  it('acts for another client from a clean page on', async () => {
    useClientStore().set(several())
    const switcher = await mountSuspended(inDashboard(Switcher))
    open(switcher.get('button').element)
    await vi.waitFor(() => expect(entries().map(entry => entry.getAttribute('aria-checked'))).toEqual(['true', 'false']))
    entries()[1]!.click()
    await vi.waitFor(() => expect(active).toHaveBeenCalledWith({ client_id: 'client-2' }))
    await vi.waitFor(() => expect(reload).toHaveBeenCalledWith({ path: '/', force: true }))
  })

  it('changes nothing when the active client is chosen again', async () => {
    useClientStore().set(several())
    const switcher = await mountSuspended(inDashboard(Switcher))
    open(switcher.get('button').element)
    await vi.waitFor(() => expect(entries()).toHaveLength(2))
    entries()[0]!.click()
    await new Promise(done => setTimeout(done, 50))
    expect(active).not.toHaveBeenCalled()
  })
})

describe('the sidebar', () => {
  it('leads to every place, and marks where one is', async () => {
    const sidebar = await mountSuspended(inDashboard(Sidebar), { route: '/settings/keys' })
    const links = sidebar.findAll('nav[aria-label="Navegación principal"] a')
    expect(links.map(link => link.attributes('href'))).toEqual(['/', '/today', '/library', '/templates', '/shortcuts', '/music', '/calendar', '/schedules', '/day', '/players', '/plays', '/alerts', '/stores', '/settings'])
    expect(links.filter(link => link.attributes('data-active') !== undefined).map(link => link.attributes('href'))).toEqual(['/settings'])
  })

  it('goes places by keyboard: g, then a letter', async () => {
    await mountSuspended(inDashboard(Sidebar), { route: '/settings' })
    for (const key of ['g', 's']) window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    await vi.waitFor(() => expect(useRouter().currentRoute.value.path).toBe('/stores'))
  })
})

describe('who may go where', () => {
  const go = async (path: string) => {
    await useRouter().push('/docs/api')
    await useRouter().push(path)
    return useRouter().currentRoute.value.fullPath
  }

  it('sends whoever is signed out to the sign-in page and remembers the way', async () => {
    useClientStore().set(null)
    expect(await go('/library?q=cierre')).toBe('/sign-in?redirect=/library?q=cierre')
    expect(await go('/')).toBe('/sign-in')
  })

  it('sends everybody to the first set-up while it is needed, with the token of the address', async () => {
    useClientStore().set(null)
    setUp.mockReturnValue({ needed: true })
    expect(await go('/library')).toBe('/setup')
    expect(await go('/?token=abc')).toBe('/setup?token=abc')
  })

  it('keeps the set-up shut once it is done, and both doors shut for those inside', async () => {
    useClientStore().set(null)
    expect(await go('/setup')).toBe('/sign-in')
    useClientStore().set(meAs('viewer'))
    expect(await go('/sign-in?redirect=/library')).toBe('/library')
    expect(await go('/setup')).toBe('/')
  })

  it('asks nobody on the televisions’ page and in the documentation', async () => {
    useClientStore().set(null)
    expect(await go('/player')).toBe('/player')
    expect(me).not.toHaveBeenCalled()
  })
})
