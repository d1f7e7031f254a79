import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { getHeader, readBody, setResponseStatus } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useToast } from '#imports'
import Keys from '~/pages/settings/keys.vue'
import Members from '~/pages/settings/members.vue'
import Stores from '~/pages/stores.vue'
import { useClientStore } from '~/stores/client'
import type { ApiKey, Invitation, Member, Store } from '#shared/schemas/client'
import { listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const store: Store = { store_id: '019a0000-0000-7000-8000-000000000001', name: 'Gran Vía', time_zone: 'Europe/Madrid', opening_hours: null, opening_exceptions: [], opening: null, player_settings: null, limits: null, holiday_region: null, group_ids: [], address: null, players: 2, players_online: 1, created_at: '2026-11-01T10:00:00Z' }
const ana: Member = { member_id: 'm-1', name: 'Ana', email: 'ana@example.com', role: 'owner', created_at: '2026-11-01T10:00:00Z' }
const iker: Member = { ...ana, member_id: 'm-2', name: 'Iker', email: 'iker@example.com', role: 'editor' }
const invitation: Invitation = { invitation_id: 'i-1', email: 'marta@example.com', role: 'viewer', client_name: 'Mercado', expires_at: '2026-12-01T10:00:00Z' }
const key: ApiKey = { key_id: 'k-1', name: 'Cierre', role: 'editor', start: 'mf_abc', created_at: '2026-11-01T10:00:00Z', last_used_at: null }

const lists = { stores: vi.fn(), members: vi.fn(), invitations: vi.fn(), keys: vi.fn() }
/** Every change that was asked for: method, path, body, key. */
const asked = vi.fn<(method: string, path: string, body?: unknown, idempotency?: string) => { status: number, body?: object } | undefined>()

for (const [noun, list] of Object.entries(lists)) {
  registerEndpoint(`/api/v1/client/${noun}`, { method: 'GET', handler: () => list() })
  registerEndpoint(`/api/v1/client/${noun}`, { method: 'POST', handler: async (event) => {
    const answer = asked('POST', noun, await readBody(event), getHeader(event, 'idempotency-key'))
    setResponseStatus(event, answer?.status ?? 201)
    return answer?.body
  } })
}
for (const [noun, id] of [['stores', store.store_id], ['members', 'm-2'], ['keys', 'k-1'], ['invitations', 'i-1']] as const) {
  for (const method of ['PATCH', 'DELETE'] as const) {
    registerEndpoint(`/api/v1/client/${noun}/${id}`, { method, handler: async (event) => {
      const answer = asked(method, `${noun}/${id}`, method === 'PATCH' ? await readBody(event) : undefined)
      setResponseStatus(event, answer?.status ?? (method === 'DELETE' ? 204 : 200))
      return answer?.body ?? (method === 'DELETE' ? null : {})
    } })
  }
}
const toasts = () => useToast().toasts.value.map(toast => [toast.title, toast.description])
/** A button anywhere on the page: dialogs hang at the end of the body. */
function button(label: string) {
  const found = [...document.querySelectorAll<HTMLButtonElement>('button, [role=menuitem]')].filter(one => (one.getAttribute('aria-label') ?? one.textContent)?.trim() === label)
  if (found.length === 0) throw new Error(`No button "${label}" among ${[...document.querySelectorAll('button')].map(one => one.textContent).join(', ')}`)
  return found.at(-1)!
}
async function type(name: string, value: string) {
  const input = await until(() => {
    const found = document.querySelector<HTMLInputElement>(`[role=dialog] [name=${name}]`)
    if (!found) throw new Error(`No field ${name}`)
    return found
  })
  input.value = value
  input.dispatchEvent(new Event('input'))
}
const submit = () => document.querySelector('[role=dialog] form')!.dispatchEvent(new Event('submit', { cancelable: true }))
enableAutoUnmount(afterEach)

beforeEach(() => {
  clearNuxtData()
  asked.mockReset()
  lists.stores.mockReset().mockReturnValue(listOf([store]))
  lists.members.mockReset().mockReturnValue(listOf([ana, iker]))
  lists.invitations.mockReset().mockReturnValue(listOf([invitation]))
  lists.keys.mockReset().mockReturnValue(listOf([key]))
  useClientStore().set(meAs('owner'))
  useToast().clear()
})

describe('stores', () => {
  const mount = () => mountSuspended(inDashboard(Stores), { route: '/stores', attachTo: document.body })

  it('shows each with its players, and its local time', async () => {
    const page = await mount()
    await until(() => expect(page.find('li h2').text()).toBe('Gran Vía'))
    expect(page.get('li').text()).toContain('1 de 2 reproductores conectados')
    expect(page.get('[data-figures]').text()).toMatch(/^\d\d:\d\d$/)
  })

  it('invites to add the first, and says why a list cannot be read', async () => {
    lists.stores.mockReturnValue(listOf([]))
    const page = await mount()
    await until(() => expect(page.text()).toContain('Todavía no hay tiendas'))
    page.unmount()
    clearNuxtData()
    lists.stores.mockImplementation(() => {
      throw Object.assign(new Error('broken'), { statusCode: 500 })
    })
    const broken = await mount()
    await until(() => expect(broken.text()).toContain('No se ha podido cargar la lista'))
    lists.stores.mockReset().mockReturnValue(listOf([store]))
    button('Reintentar').click()
    await until(() => expect(broken.text()).toContain('Gran Vía'))
  })

  it('adds one, safely repeatable, and shows it', async () => {
    await mount()
    button('Añadir tienda').click()
    await type('name', 'Triana')
    asked.mockReturnValue({ status: 201, body: { ...store, name: 'Triana' } })
    lists.stores.mockReturnValue(listOf([store, { ...store, store_id: 'x', name: 'Triana' }]))
    submit()
    await until(() => expect(asked).toHaveBeenCalledWith('POST', 'stores', { name: 'Triana', time_zone: expect.any(String), address: null, opening_hours: null, opening_exceptions: [], holiday_region: null }, expect.stringMatching(/^[\da-f-]{36}$/)))
    await until(() => expect(toasts()).toEqual([['Tienda «Triana» añadida', undefined]]))
    await until(() => expect([...document.querySelectorAll('li h2')].map(title => title.textContent?.trim())).toEqual(['Gran Vía', 'Triana']))
  })

  it('offers a viewer nothing to change', async () => {
    useClientStore().set(meAs('viewer'))
    const page = await mount()
    await until(() => expect(page.text()).toContain('Gran Vía'))
    expect(page.text()).not.toContain('Añadir tienda')
    expect(page.find('[aria-label="Acciones de Gran Vía"]').exists()).toBe(false)
  })
})

describe('people', () => {
  const mount = () => mountSuspended(inDashboard(Members), { route: '/settings/members', attachTo: document.body })

  it('shows who belongs to the client, and who is invited', async () => {
    const page = await mount()
    await until(() => expect(page.text()).toContain('iker@example.com'))
    expect(page.text()).toContain('Usted')
    expect(page.text()).toContain('marta@example.com')
  })

  it('asks before it removes somebody, and removes nobody when the answer is no', async () => {
    const page = await mount()
    await until(() => expect(page.text()).toContain('iker@example.com'))
    button('Quitar a Iker').click()
    await until(() => button('Cancelar').click())
    await new Promise(done => setTimeout(done, 50))
    expect(asked).not.toHaveBeenCalled()

    button('Quitar a Iker').click()
    await until(() => button('Quitar').click())
    await until(() => expect(asked).toHaveBeenCalledWith('DELETE', 'members/m-2', undefined))
    await until(() => expect(toasts()).toEqual([['Iker ya no tiene acceso', undefined]]))
  })

  it('says why somebody cannot be removed', async () => {
    asked.mockReturnValue({ status: 409, body: { error: { code: 'last_owner', message: 'm', request_id: 'r' } } })
    const page = await mount()
    await until(() => expect(page.text()).toContain('iker@example.com'))
    button('Quitar a Iker').click()
    await until(() => button('Quitar').click())
    await until(() => expect(toasts()).toEqual([['No se ha podido quitar a esta persona', expect.stringMatching(/^Un cliente necesita al menos un propietario/)]]))
  })

  it('makes an invitation and hands its link over', async () => {
    const page = await mount()
    await until(() => expect(page.text()).toContain('iker@example.com'))
    button('Invitar').click()
    await type('email', 'Lucia@Example.com')
    asked.mockReturnValue({ status: 201, body: { ...invitation, email: 'lucia@example.com', url: '/invite/i-9' } })
    submit()
    await until(() => expect(asked).toHaveBeenCalledWith('POST', 'invitations', { email: 'lucia@example.com', role: 'editor' }, expect.any(String)))
    await until(() => expect(document.querySelector<HTMLInputElement>('[role=dialog] input[readonly]')?.value).toBe(`${location.origin}/invite/i-9`))
  })

  it('shows a viewer the people, and asks for no invitations', async () => {
    useClientStore().set(meAs('viewer'))
    const page = await mount()
    await until(() => expect(page.text()).toContain('iker@example.com'))
    expect(lists.invitations).not.toHaveBeenCalled()
    expect(page.findAll('button')).toHaveLength(0)
  })
})

describe('API keys', () => {
  const mount = (route = '/settings/keys') => mountSuspended(inDashboard(Keys), { route, attachTo: document.body })

  it('shows a new key once, and forgets it when the dialog closes', async () => {
    const page = await mount()
    await until(() => expect(page.text()).toContain('mf_abc…'))
    button('Crear clave').click()
    await type('name', 'Caja')
    asked.mockReturnValue({ status: 201, body: { ...key, key_id: 'k-2', name: 'Caja', key: 'mf_secret' } })
    submit()
    const shown = () => [...document.querySelectorAll('input')].some(input => input.value === 'mf_secret')
    await until(() => expect(shown()).toBe(true))
    button('Ya la he guardado').click()
    await until(() => expect(shown()).toBe(false))
    button('Crear clave').click()
    await type('name', 'Otra')
    expect(shown()).toBe(false)
  })

  it('revokes only when asked twice', async () => {
    const page = await mount()
    await until(() => expect(page.text()).toContain('mf_abc…'))
    button('Revocar').click()
    await until(() => expect(document.querySelector('[role=dialog]')?.textContent).toContain('¿Revocar «Cierre»?'))
    expect(asked).not.toHaveBeenCalled()
    button('Revocar').click()
    await until(() => expect(asked).toHaveBeenCalledWith('DELETE', 'keys/k-1', undefined))
  })

  it('opens the form for whoever came from the command palette, once', async () => {
    await mount('/settings/keys?new')
    await until(() => expect(document.querySelector('[role=dialog] form')).not.toBeNull())
  })
})
