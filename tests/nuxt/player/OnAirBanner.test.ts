import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData } from '#imports'
import OnAirBanner from '~/components/player/OnAirBanner.vue'
import { useClientStore } from '~/stores/client'
import type { AirOn } from '#shared/schemas/player'
import { listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const fire: AirOn = { air_id: 'fire', audio_id: null, title: 'Evacuación', requested_by_name: 'Ana', created_at: new Date().toISOString(), players: 3, playing: 2 }
let onAir: AirOn[] = []
const stopped = vi.fn()
registerEndpoint('/api/v1/player/air', () => listOf(onAir))
registerEndpoint('/api/v1/player/air/fire/stop', { method: 'POST', handler: () => {
  stopped()
  onAir = []
  return null
} })
enableAutoUnmount(afterEach)

describe('OnAirBanner', () => {
  beforeEach(() => {
    clearNuxtData()
    stopped.mockReset()
    onAir = [fire]
    useClientStore().set(meAs('editor'))
  })

  it('says what is on the air, and takes it off', async () => {
    const banner = await mountSuspended(inDashboard(OnAirBanner))
    await until(() => expect(banner.get('[role=alert]').text()).toContain('Emergencia en el aire: Evacuación'))
    expect(banner.get('[role=alert]').text()).toContain('suena en 2 de 3')
    await banner.get('[aria-label="Parar Evacuación en todas partes"]').trigger('click')
    await until(() => expect(stopped).toHaveBeenCalledOnce())
    await until(() => expect(banner.find('[role=alert]').exists()).toBe(false))
  })

  it('lets a viewer see it, and is not there when nothing is', async () => {
    useClientStore().set(meAs('viewer'))
    const banner = await mountSuspended(inDashboard(OnAirBanner))
    await until(() => expect(banner.find('[role=alert]').exists()).toBe(true))
    expect(banner.findAll('[role=alert] button')).toHaveLength(0)
  })
})
