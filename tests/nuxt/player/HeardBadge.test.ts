import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { getQuery } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import HeardBadge from '~/components/player/HeardBadge.vue'
import type { PlayReach } from '#shared/schemas/player'
import { aMessage, listOf, meAs } from '../../fixtures/dashboard'
import { useClientStore } from '~/stores/client'
import { inDashboard } from '../dashboard'

const reach = vi.fn<(ids: string[]) => PlayReach[]>()
registerEndpoint('/api/v1/player/plays/reach', event => listOf(reach(String(getQuery(event).audio_ids).split(','))))
enableAutoUnmount(afterEach)
beforeEach(() => {
  useClientStore().set(meAs('viewer'))
  reach.mockReset()
})

const SENT = aMessage({ last_aired_at: '2026-11-22T13:00:00.000Z' })
const OTHER = aMessage({ last_aired_at: '2026-11-22T13:00:00.000Z' })
const NEVER = aMessage()
const store = (store_name: string, more: Partial<PlayReach['unheard'][number]> = {}) => ({ store_id: aMessage().audio_id, store_name, status: 'skipped' as const, reason: 'muted' as const, reason_by: null, ...more })
const show = (...messages: typeof SENT[]) => mountSuspended(inDashboard({ render: () => messages.map(message => h(HeardBadge, { message })) }))

describe('where a sent message was heard', () => {
  it('is asked for once for all that are shown, and only for those that were sent', async () => {
    reach.mockImplementation(ids => ids.map(audio_id => ({ audio_id, stores: 12, heard: 12, open: 0, missed: 0, unheard: [] })))
    const page = await show(SENT, OTHER, NEVER)
    await vi.waitFor(() => expect(page.findAll('button')).toHaveLength(2))
    expect(reach.mock.calls).toEqual([[[SENT.audio_id, OTHER.audio_id]]])
    expect(page.get('button').attributes('aria-label')).toBe('Oído en 12 de 12 tiendas')
  })

  it('names the stores that did not hear it, and why', async () => {
    reach.mockReturnValue([{ audio_id: SENT.audio_id, stores: 3, heard: 1, open: 1, missed: 1, unheard: [store('Norte', { reason: 'preempted', reason_by: 'Fuego' }), store('Sur', { status: 'delivered', reason: null })] }])
    const page = await show(SENT)
    await vi.waitFor(() => expect(page.find('button[aria-label="Oído en 1 de 3 tiendas"]').exists()).toBe(true))
    expect(page.get('button').text()).toBe('1/3')
    await page.get('button').trigger('click')
    await vi.waitFor(() => expect(document.body.textContent).toContain('lo cortó «Fuego»'))
    expect(document.body.textContent).toMatch(/Norte.*Sur.*espera su turno/s)
    expect(document.querySelector(`a[href="/plays?message=${SENT.audio_id}"]`)).not.toBeNull()
  })
})
