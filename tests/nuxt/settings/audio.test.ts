import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { createError, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useToast } from '#imports'
import Sound from '~/pages/settings/audio.vue'
import { useClientStore } from '~/stores/client'
import { AudioSettingsSchema } from '~~/shared/schemas/settings'
import { meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const defaults = AudioSettingsSchema.parse({})
const put = vi.fn<(body: unknown) => unknown>()
const begun = vi.fn<(body: unknown) => void>()
const jobs = vi.fn<() => unknown[]>()
registerEndpoint('/api/v1/settings/audio', () => ({ ...defaults, target_lufs: -18 }))
registerEndpoint('/api/v1/settings/audio', { method: 'PUT', handler: async event => put(await readBody(event)) })
registerEndpoint('/api/v1/library/jobs', () => ({ items: jobs() }))
registerEndpoint('/api/v1/library/jobs', { method: 'POST', handler: async (event) => {
  begun(await readBody(event))
  return {}
} })
enableAutoUnmount(afterEach)

async function mount() {
  const page = await mountSuspended(inDashboard(Sound), { route: '/settings/audio' })
  await until(() => expect(page.find('[aria-labelledby="sound-target_lufs"]').exists()).toBe(true))
  const button = (text: string) => page.findAll('button').find(entry => entry.text() === text)
  return { page, button, slider: page.get('[role=slider][aria-labelledby="sound-target_lufs"]') }
}

describe('the sound settings', () => {
  beforeEach(() => {
    clearNuxtData()
    useClientStore().set(meAs('editor'))
    useToast().clear()
    put.mockReset().mockImplementation(body => body)
    begun.mockReset()
    jobs.mockReset().mockReturnValue([])
  })

  it('keep what a slider says, once it is saved', async () => {
    const { page, button, slider } = await mount()
    expect(slider.attributes('aria-valuetext')).toBe('−18,0 LUFS')
    expect(button('Guardar')!.attributes('disabled')).toBeDefined()
    await slider.trigger('keydown', { key: 'ArrowRight' })
    await page.get('form').trigger('submit')
    await until(() => expect(put).toHaveBeenCalledWith({ ...defaults, target_lufs: -17.5 }))
    await until(() => expect(useToast().toasts.value.at(-1)?.title).toBe('Ajustes de sonido guardados'))
  })

  it('go back to their defaults', async () => {
    const { page, button } = await mount()
    await button('Restaurar valores por defecto')!.trigger('click')
    await page.get('form').trigger('submit')
    await until(() => expect(put).toHaveBeenCalledWith(defaults))
  })

  it('say why they were not kept', async () => {
    put.mockImplementation(() => {
      throw createError({ statusCode: 403, data: { error: { code: 'forbidden', message: 'no', request_id: 'r' } } })
    })
    const { page, slider } = await mount()
    await slider.trigger('keydown', { key: 'ArrowRight' })
    await page.get('form').trigger('submit')
    await until(() => expect(page.get('form [role=alert]').text()).toContain('Su rol no permite hacer esto'))
  })

  it('are applied to the whole library after a question', async () => {
    const { button } = await mount()
    await button('Aplicar a toda la biblioteca')!.trigger('click')
    const yes = await until(() => {
      const found = [...document.querySelectorAll<HTMLButtonElement>('[role=dialog] button')].find(entry => entry.textContent?.trim() === 'Aplicar a toda la biblioteca')
      expect(found).toBeDefined()
      return found!
    })
    yes.click()
    await until(() => expect(begun).toHaveBeenCalledWith({ kind: 'renormalise' }))
  })

  it('show how far the library is, and do not begin twice', async () => {
    jobs.mockReturnValue([{ job_id: 'j', kind: 'renormalise', status: 'running', total: 40, done: 10, failed: 0 }])
    const { page, button } = await mount()
    await until(() => expect(page.find('[role=progressbar]').exists()).toBe(true))
    expect(button('Aplicar a toda la biblioteca')!.attributes('disabled')).toBeDefined()
  })

  it('are only shown to a viewer', async () => {
    useClientStore().set(meAs('viewer'))
    const { button } = await mount()
    expect(button('Guardar')).toBeUndefined()
    expect(button('Aplicar a toda la biblioteca')).toBeUndefined()
  })
})
