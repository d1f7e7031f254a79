import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { getHeader, getQuery, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData } from '#imports'
import type { Shortcut } from '#shared/schemas/template'
import ShortcutsPage from '~/pages/shortcuts.vue'
import { useClientStore } from '~/stores/client'
import { aMessage, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const STORE = '019a0000-0000-7000-8000-0000000000a1'
const AUDIO = '019a0000-0000-7000-8000-0000000000b1'
const shortcut: Shortcut = {
  shortcut_id: '019a0000-0000-7000-8000-0000000000c1', title: 'Cierre', icon: 'i-lucide-clock', colour: '#6366f1', audio_id: AUDIO, template_id: null, store_ids: [STORE], position: 0,
}
const aired = vi.fn<(body: unknown, key?: string) => void>()
const added = vi.fn<(body: unknown) => void>()
const messages = [aMessage({ audio_id: AUDIO, title: 'Cierre' }), aMessage({ title: 'Oferta de pan', category: { category_id: STORE, slug: 'ofertas', name: 'Ofertas', colour: '#f59e0b', icon: 'i-lucide-tag' } })]
let present = [shortcut]
registerEndpoint('/api/v1/library/shortcuts', { method: 'GET', handler: () => listOf(present) })
registerEndpoint('/api/v1/library/shortcuts', { method: 'POST', handler: async (event) => {
  added(await readBody(event))
  return shortcut
} })
registerEndpoint('/api/v1/library', event => listOf(messages.filter(({ title }) => title.includes(String(getQuery(event).q ?? '')))))
for (const path of ['/api/v1/library/templates', '/api/v1/client/stores', '/api/v1/player/plays', '/api/v1/player/players']) registerEndpoint(path, () => listOf([]))
registerEndpoint('/api/v1/player/air', { method: 'POST', handler: async (event) => {
  aired(await readBody(event), getHeader(event, 'idempotency-key'))
  return { air_id: '019a0000-0000-7000-8000-0000000000ff', players: 1, expires_at: '2026-11-22T13:12:00.000Z' }
} })
enableAutoUnmount(afterEach)

async function board() {
  const page = await mountSuspended(inDashboard(ShortcutsPage), { route: '/shortcuts' })
  await until(() => expect(page.find('[data-state]').exists()).toBe(true))
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  return { page, button: page.get('[data-state]') }
}

describe('the button board', () => {
  beforeEach(() => {
    clearNuxtData()
    aired.mockReset()
    added.mockReset()
    present = [shortcut]
    useClientStore().set(meAs('editor'))
  })
  afterEach(() => void vi.useRealTimers())

  it('airs after one tap and four seconds, in the stores of the button', async () => {
    const { button } = await board()
    await button.trigger('click')
    expect(button.text()).toContain('Suena en 4 s')
    vi.advanceTimersByTime(3000)
    await flushPromises()
    expect(button.text()).toContain('Suena en 1 s')
    expect(aired).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1000)
    vi.useRealTimers()
    await until(() => expect(button.attributes('data-state')).toBe('sent'))
    expect(aired).toHaveBeenCalledTimes(1)
    expect(aired.mock.calls[0]![0]).toMatchObject({ audio_id: AUDIO, targets: { stores: [STORE] } })
    expect(aired.mock.calls[0]![1]).toBeTruthy()
  })

  it('airs nothing when it is touched again', async () => {
    const { button } = await board()
    await button.trigger('click')
    await button.trigger('click')
    expect(button.attributes('data-state')).toBe('idle')
    vi.advanceTimersByTime(10_000)
    vi.useRealTimers()
    await flushPromises()
    expect(aired).not.toHaveBeenCalled()
  })

  it('airs at once, and once, when the page is left meanwhile', async () => {
    const { page, button } = await board()
    await button.trigger('click')
    page.unmount()
    vi.advanceTimersByTime(10_000)
    vi.useRealTimers()
    await until(() => expect(aired).toHaveBeenCalled())
    await flushPromises()
    expect(aired).toHaveBeenCalledTimes(1)
  })

  it('does nothing for who may only look', async () => {
    useClientStore().set(meAs('viewer'))
    const { button } = await board()
    await button.trigger('click')
    expect(button.attributes('data-state')).toBe('idle')
  })

  it('gets another button for a message that is searched for, with the looks of its category', async () => {
    const page = await mountSuspended(inDashboard(ShortcutsPage), { route: '/shortcuts' })
    const press = async (text: string) => {
      const found = () => page.findAll('button').find(entry => entry.text() === text)
      await until(() => expect(found()).toBeTruthy())
      await found()!.trigger('click')
    }
    await press('Editar')
    await press('Añadir')
    const option = (text: string) => [...document.querySelectorAll<HTMLElement>('[role=dialog] [role=option]')].find(entry => entry.textContent?.includes(text))
    await until(() => expect(option('Oferta de pan')).toBeTruthy())
    expect(option('Cierre')!.hasAttribute('data-disabled')).toBe(true)
    const search = document.querySelector<HTMLInputElement>('[role=dialog] input')!
    search.value = 'pan'
    search.dispatchEvent(new Event('input', { bubbles: true }))
    await until(() => expect(option('Cierre')).toBeUndefined())
    option('Oferta de pan')!.click()
    await until(() => expect(added).toHaveBeenCalledWith({ audio_id: messages[1]!.audio_id, title: 'Oferta de pan', icon: 'i-lucide-tag', colour: '#f59e0b' }))
    await until(() => expect(document.querySelector('[role=dialog]')).toBeNull())
  })

  it('offers to add one while it is empty', async () => {
    present = []
    const page = await mountSuspended(inDashboard(ShortcutsPage), { route: '/shortcuts' })
    const add = () => page.findAll('button').find(entry => entry.text() === 'Añadir a la botonera')
    await until(() => expect(add()).toBeTruthy())
    await add()!.trigger('click')
    await until(() => expect(document.querySelector('[role=dialog]')?.textContent).toContain('Oferta de pan'))
  })
})
