import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { createError, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useToast } from '#imports'
import type { Category } from '#shared/schemas/library'
import Categories from '~/pages/settings/categories.vue'
import { useClientStore } from '~/stores/client'
import { listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const category = (name: string, position: number): Category => ({
  category_id: `019a0000-0000-7000-8000-00000000000${position}`, slug: name.toLowerCase(), name, colour: '#f59e0b', icon: 'i-lucide-tag', position, ai_instructions: '',
})
const all = [category('General', 1), category('Ofertas', 2), category('Servicio', 3)]
const sent = vi.fn<(what: unknown) => unknown>()
registerEndpoint('/api/v1/library/categories', { method: 'GET', handler: () => listOf(all) })
registerEndpoint('/api/v1/library/categories', { method: 'POST', handler: async event => sent({ POST: await readBody(event) }) ?? category('Nueva', 4) })
registerEndpoint('/api/v1/library/categories/order', { method: 'PUT', handler: async event => sent({ order: (await readBody<{ category_ids: string[] }>(event)).category_ids.map(id => id.at(-1)).join('') }) ?? listOf(all) })
registerEndpoint(`/api/v1/library/categories/${all[1]!.category_id}`, { method: 'PATCH', handler: async event => sent({ PATCH: await readBody(event) }) ?? all[1] })
registerEndpoint(`/api/v1/library/categories/${all[1]!.category_id}`, { method: 'DELETE', handler: () => sent('DELETE') ?? null })
const mount = () => mountSuspended(inDashboard(Categories), { route: '/settings/categories' })
const dialog = <T extends HTMLElement>(selector: string) => document.querySelector<T>(`[role=dialog] ${selector}`)!
const names = (page: Awaited<ReturnType<typeof mount>>) => page.findAll('ol > li p:first-child').map(name => name.text())
enableAutoUnmount(afterEach)

describe('the categories', () => {
  beforeEach(() => {
    clearNuxtData()
    sent.mockReset()
    useClientStore().set(meAs('editor'))
    useToast().clear()
  })

  it('are added with a name, a colour, an icon and words for the AI', async () => {
    const page = await mount()
    await until(() => expect(names(page)).toEqual(['General', 'Ofertas', 'Servicio']))
    await page.findAll('button').find(button => button.text() === 'Añadir una categoría')!.trigger('click')
    await until(() => expect(dialog('input')).toBeTruthy())
    const write = (field: HTMLInputElement | HTMLTextAreaElement, text: string) => {
      field.value = text
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    write(dialog('input'), 'Pescadería')
    write(dialog('textarea'), 'Diga siempre el precio por kilo')
    dialog('button[aria-label="#0ea5e9"]').click()
    dialog('button[aria-label="fish"]').click()
    dialog('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
    await until(() => expect(sent).toHaveBeenCalledWith({ POST: { name: 'Pescadería', colour: '#0ea5e9', icon: 'i-lucide-fish', ai_instructions: 'Diga siempre el precio por kilo' } }))
    await until(() => expect(document.querySelector('[role=dialog]')).toBeNull())
  })

  it('are put in another order by buttons, at once', async () => {
    const page = await mount()
    await until(() => expect(names(page)).toHaveLength(3))
    expect(page.get('[aria-label="Subir «General»"]').attributes('disabled')).toBeDefined()
    await page.get('[aria-label="Subir «Servicio»"]').trigger('click')
    expect(names(page)).toEqual(['General', 'Servicio', 'Ofertas'])
    await until(() => expect(sent).toHaveBeenCalledWith({ order: '132' }))
  })

  it('are put in another order by dragging, and go back when the server refuses', async () => {
    sent.mockImplementation(() => {
      throw createError({ statusCode: 500 })
    })
    const page = await mount()
    await until(() => expect(names(page)).toHaveLength(3))
    const rows = page.findAll('ol > li')
    await rows[0]!.trigger('dragstart')
    await rows[2]!.trigger('drop')
    expect(names(page)).toEqual(['Ofertas', 'Servicio', 'General'])
    await until(() => expect(sent).toHaveBeenCalledWith({ order: '231' }))
    await until(() => expect(names(page)).toEqual(['General', 'Ofertas', 'Servicio']))
  })

  it('are deleted only after a question', async () => {
    const page = await mount()
    await until(() => expect(names(page)).toHaveLength(3))
    await page.get('[aria-label="Eliminar «Ofertas»"]').trigger('click')
    await until(() => expect(document.querySelector('[role=dialog]')?.textContent).toContain('Sus mensajes se quedan en la biblioteca'))
    expect(sent).not.toHaveBeenCalled()
    ;[...document.querySelectorAll<HTMLElement>('[role=dialog] button')].find(button => button.textContent?.trim() === 'Eliminar')!.click()
    await until(() => expect(sent).toHaveBeenCalledWith('DELETE'))
  })

  it('are only looked at by a viewer', async () => {
    useClientStore().set(meAs('viewer'))
    const page = await mount()
    await until(() => expect(names(page)).toHaveLength(3))
    expect(page.findAll('button')).toHaveLength(0)
  })
})
