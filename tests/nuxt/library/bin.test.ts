import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { createError, getQuery, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useToast } from '#imports'
import LibraryBin from '~/pages/library-bin.vue'
import { useClientStore } from '~/stores/client'
import { aMessage, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000 - 60_000).toISOString()
const [old, fresh] = [aMessage({ title: 'Viejo', deleted_at: '2026-11-01T00:00:00.000Z', purge_at: inDays(2) }), aMessage({ title: 'Nuevo', deleted_at: '2026-11-22T00:00:00.000Z', purge_at: inDays(30) })]
const asked = vi.fn<(query: Record<string, unknown>) => unknown>()
const changed = vi.fn<(what: unknown) => unknown>()
registerEndpoint('/api/v1/library', event => asked(getQuery(event)))
for (const { audio_id } of [old, fresh]) {
  registerEndpoint(`/api/v1/library/${audio_id}`, { method: 'PATCH', handler: async event => changed({ PATCH: await readBody(event) }) ?? {} })
  registerEndpoint(`/api/v1/library/${audio_id}`, { method: 'DELETE', handler: event => changed({ DELETE: getQuery(event) }) ?? null })
}
registerEndpoint('/api/v1/library/bin', { method: 'DELETE', handler: () => changed('the bin') })
const mount = () => mountSuspended(inDashboard(LibraryBin), { route: '/library/bin' })
const agree = (name: string) => until(() => [...document.querySelectorAll<HTMLElement>('[role=dialog] button')].find(button => button.textContent?.trim() === name)!.click())
enableAutoUnmount(afterEach)

describe('the bin', () => {
  beforeEach(() => {
    clearNuxtData()
    asked.mockReset().mockReturnValue(listOf([fresh, old]))
    changed.mockReset()
    useClientStore().set(meAs('editor'))
    useToast().clear()
  })

  it('shows what was deleted, and how long it is kept', async () => {
    const page = await mount()
    await until(() => expect(page.text()).toContain('Viejo'))
    expect(asked.mock.calls[0]![0]).toMatchObject({ deleted: 'true', status: 'all' })
    expect(page.text()).toContain('Quedan 2 días')
    expect(page.text()).toContain('Quedan 30 días')
  })

  it('brings a message back', async () => {
    const page = await mount()
    await until(() => expect(page.text()).toContain('Viejo'))
    await page.get('[aria-label="Recuperar «Viejo»"]').trigger('click')
    await until(() => expect(changed).toHaveBeenCalledWith({ PATCH: { deleted_at: null } }))
    expect(page.text()).not.toContain('Viejo')
    await until(() => expect(useToast().toasts.value.at(-1)?.title).toBe('«Viejo» vuelve a estar en la biblioteca'))
  })

  it('asks before it deletes for ever', async () => {
    const page = await mount()
    await until(() => expect(page.text()).toContain('Viejo'))
    await page.get('[aria-label="Eliminar «Viejo» para siempre"]').trigger('click')
    await until(() => expect(document.body.textContent).toContain('No se puede deshacer.'))
    expect(changed).not.toHaveBeenCalled()
    await agree('Eliminar para siempre')
    await until(() => expect(changed).toHaveBeenCalledWith({ DELETE: { permanent: 'true' } }))
  })

  it('shows again what could not be deleted', async () => {
    changed.mockImplementation(() => {
      throw createError({ statusCode: 500 })
    })
    const page = await mount()
    await until(() => expect(page.text()).toContain('Nuevo'))
    await page.get('[aria-label="Eliminar «Nuevo» para siempre"]').trigger('click')
    await agree('Eliminar para siempre')
    await until(() => expect(useToast().toasts.value.at(-1)?.title).toBe('No se ha podido eliminar'))
    await until(() => expect(page.text()).toContain('Nuevo'))
  })

  it('is emptied whole', async () => {
    changed.mockImplementation(() => {
      asked.mockReturnValue(listOf([]))
      return { removed: 2 }
    })
    const page = await mount()
    await until(() => expect(page.text()).toContain('Viejo'))
    await page.findAll('button').find(button => button.text() === 'Vaciar la papelera')!.trigger('click')
    await until(() => expect(document.body.textContent).toContain('¿Eliminar 2 mensajes para siempre?'))
    await agree('Vaciar la papelera')
    await until(() => expect(useToast().toasts.value.at(-1)?.title).toBe('2 mensajes eliminados para siempre'))
    expect(changed.mock.calls).toEqual([['the bin']])
    await until(() => expect(page.text()).toContain('Aquí aparecen los mensajes eliminados'))
  })

  it('offers a viewer nothing to press', async () => {
    useClientStore().set(meAs('viewer'))
    const page = await mount()
    await until(() => expect(page.text()).toContain('Viejo'))
    expect(page.text()).not.toMatch(/Recuperar|Vaciar/)
  })
})
