import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useToast } from '#imports'
import Look from '~/pages/settings/look.vue'
import PlayerPage from '~/pages/settings/player.vue'
import { useClientStore } from '~/stores/client'
import { PlayerSettingsSchema } from '~~/shared/schemas/settings'
import { meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const defaults = PlayerSettingsSchema.parse({})
const put = vi.fn<(body: unknown) => unknown>()
const look = vi.fn<() => unknown>()
registerEndpoint('/api/v1/settings/player', () => defaults)
registerEndpoint('/api/v1/settings/player', { method: 'PUT', handler: async event => put(await readBody(event)) })
registerEndpoint('/api/v1/settings/look', () => look())
registerEndpoint('/api/v1/settings/look', { method: 'PUT', handler: async event => put(await readBody(event)) })
enableAutoUnmount(afterEach)
beforeEach(() => {
  clearNuxtData()
  useClientStore().set(meAs('editor'))
  useToast().clear()
  put.mockReset().mockImplementation(body => body)
  look.mockReset().mockReturnValue({ logo_sha256: null, colour: null })
})

describe('the settings of players', () => {
  async function mount() {
    const page = await mountSuspended(inDashboard(PlayerPage), { route: '/settings/player' })
    await until(() => expect(page.find('form').exists()).toBe(true))
    return { page, button: (text: string) => page.findAll('button').find(entry => entry.text() === text), slider: (name: string) => page.get(`[role=slider][aria-labelledby="slider-${name}"]`) }
  }

  it('keep what a slider says, and can be undone', async () => {
    const { page, button, slider } = await mount()
    expect(slider('duck_db').attributes('aria-valuetext')).toBe('−18,0 dB')
    expect(slider('max_duration_s').attributes('aria-valuetext')).toBe('Sin límite')
    expect(button('Guardar')!.attributes('disabled')).toBeDefined()
    await slider('duck_db').trigger('keydown', { key: 'ArrowRight' })
    await page.get('form').trigger('submit')
    await until(() => expect(put).toHaveBeenCalledWith({ ...defaults, duck_db: -17 }))
    const toast = await until(() => {
      const last = useToast().toasts.value.at(-1)
      expect(last?.title).toBe('Ajustes guardados')
      return last!
    })
    const [undo] = toast.actions!
    ;(undo!.onClick as () => void)()
    await until(() => expect(put).toHaveBeenLastCalledWith(defaults))
  })

  it('hide what is of no use without talk-over, and draw what happens', async () => {
    const { page } = await mount()
    const drawn = page.get('svg[role=img] path').attributes('d')
    await page.findAll('[role=switch]')[0]!.trigger('click')
    expect(page.find('[aria-labelledby="slider-duck_db"]').exists()).toBe(false)
    expect(page.get('svg[role=img] path').attributes('d')).not.toBe(drawn)
  })

  it('have parts of the day, none of them without a day', async () => {
    const { page, button } = await mount()
    await button('Añadir franja')!.trigger('click')
    expect(page.text()).toContain('Sigue después de medianoche')
    const days = page.findAll('[role=group] button[aria-pressed]')
    expect(days).toHaveLength(7)
    for (const day of days) await day.trigger('click')
    await page.get('form').trigger('submit')
    await until(() => expect(put).toHaveBeenCalledWith({ ...defaults, dayparts: [{ name: 'Noche', weekdays: [7], from: '20:00', to: '09:00', volume: 0.6 }] }))
  })

  it('are only shown to a viewer', async () => {
    useClientStore().set(meAs('viewer'))
    const { button } = await mount()
    expect(button('Guardar')).toBeUndefined()
    expect(button('Añadir franja')).toBeUndefined()
  })
})

describe('the look of screens', () => {
  it('warns of a colour that is hard to read on them', async () => {
    look.mockReturnValue({ logo_sha256: null, colour: '#1e1b4b' })
    const page = await mountSuspended(inDashboard(Look), { route: '/settings/look' })
    await until(() => expect(page.text()).toContain('Se leería mal'))
    await page.get('[role=radio][aria-label="#0ea5e9"]').trigger('click')
    expect(page.text()).not.toContain('Se leería mal')
    await page.findAll('button').find(entry => entry.text() === 'Guardar')!.trigger('click')
    await until(() => expect(put).toHaveBeenCalledWith({ logo_sha256: null, colour: '#0ea5e9' }))
  })
})
