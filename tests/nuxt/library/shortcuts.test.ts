import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { getHeader, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData } from '#imports'
import type { Shortcut } from '#shared/schemas/template'
import ShortcutsPage from '~/pages/shortcuts.vue'
import { useClientStore } from '~/stores/client'
import { listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const STORE = '019a0000-0000-7000-8000-0000000000a1'
const AUDIO = '019a0000-0000-7000-8000-0000000000b1'
const shortcut: Shortcut = {
  shortcut_id: '019a0000-0000-7000-8000-0000000000c1', title: 'Cierre', icon: 'i-lucide-clock', colour: '#6366f1', audio_id: AUDIO, template_id: null, store_ids: [STORE], position: 0,
}
const aired = vi.fn<(body: unknown, key?: string) => void>()
registerEndpoint('/api/v1/library/shortcuts', () => listOf([shortcut]))
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
})
