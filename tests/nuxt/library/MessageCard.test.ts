import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { readBody, createError } from 'h3'
import { useNuxtData, useToast } from '#imports'
import MessageMenu from '~/components/library/MessageMenu.vue'
import MessageCard from '~/components/library/MessageCard.vue'
import type { LibraryList } from '#shared/schemas/library'
import { useClientStore } from '~/stores/client'
import { useLibraryStore } from '~/stores/library'
import { aMessage, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const message = aMessage({ title: 'Cierre', category: { category_id: 'c1', slug: 'avisos', name: 'Avisos', colour: '#e07a5f', icon: 'i-lucide-bell' }, last_aired_at: '2026-01-05T10:00:00.000Z' })
const patched = vi.fn()
const patch = (handler: (body: unknown) => unknown) => registerEndpoint(`/api/v1/library/${message.audio_id}`, {
  method: 'PATCH',
  handler: async (event) => {
    const body = await readBody(event)
    patched(body)
    return handler(body)
  },
})
const mount = (changes = {}) => mountSuspended(inDashboard(MessageCard), { props: { message: { ...message, ...changes } } })
/** As its menu does. */
async function rename(card: Awaited<ReturnType<typeof mount>>) {
  card.findComponent(MessageMenu).vm.$emit('rename')
  await card.vm.$nextTick()
}

describe('MessageCard', () => {
  beforeEach(() => {
    patched.mockReset()
    useToast().clear()
    useClientStore().set(meAs('editor'))
  })

  it('says what the message is', async () => {
    const text = (await mount()).text()
    for (const part of ['Cierre', 'Avisos', 'Carlota', message.text, '0:04', '−16,0 LUFS', 'emitido']) {
      expect(text).toContain(part)
    }
  })

  it('is renamed in place with Enter', async () => {
    patch(body => ({ ...message, ...body as object }))
    const card = await mount()
    await rename(card)
    const input = card.get('input')
    await input.setValue('  Cierre del domingo ')
    await input.trigger('keydown', { key: 'Enter' })
    await until(() => expect(patched).toHaveBeenCalledWith({ title: 'Cierre del domingo' }))
    expect(card.find('input').exists()).toBe(false)
  })

  it.each([
    ['Escape', 'Otro título', 'Escape'],
    ['an empty title', '   ', 'Enter'],
    ['the same title', 'Cierre', 'Enter'],
  ])('is not renamed by %s', async (_what, title, key) => {
    patch(() => message)
    const card = await mount()
    await rename(card)
    await card.get('input').setValue(title)
    await card.get('input').trigger('keydown', { key })
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(patched).not.toHaveBeenCalled()
    expect(card.get('h3').text()).toBe('Cierre')
  })

  it('says that a new title was refused', async () => {
    patch(() => {
      throw createError({ statusCode: 403, data: { error: { code: 'forbidden', message: 'No', request_id: 'r' } } })
    })
    const card = await mount()
    await rename(card)
    await card.get('input').setValue('Otro')
    await card.get('input').trigger('keydown', { key: 'Enter' })
    await until(() => expect(useToast().toasts.value.at(-1)?.title).toBe('No se ha podido cambiar el título'))
  })

  it('leads to its details', async () => {
    expect((await mount()).get('h3 a').attributes('href')).toBe(`/library/${message.audio_id}`)
  })

  it('is starred at once, and loses the star again when the server refuses', async () => {
    let refuse!: () => void
    patch(() => new Promise((_, reject) => {
      refuse = () => reject(createError({ statusCode: 500 }))
    }))
    const list = useNuxtData<LibraryList>('library').data
    list.value = { ...listOf([message]), total_is_capped: false }
    const card = await mount()
    await card.get('[aria-label="Marcar «Cierre» como favorito"]').trigger('click')
    await until(() => expect(patched).toHaveBeenCalledWith({ is_favourite: true }))
    expect(list.value!.items[0]!.is_favourite).toBe(true)
    refuse()
    await until(() => expect(list.value!.items[0]!.is_favourite).toBe(false))
    expect(useToast().toasts.value.at(-1)?.title).toBe('No se ha podido cambiar')
  })

  it('is chosen by its tile, and says so', async () => {
    const card = await mount()
    const tile = card.get('[role=checkbox]')
    expect(tile.attributes()).toMatchObject({ 'aria-checked': 'false', 'aria-label': 'Seleccionar «Cierre»' })
    await tile.trigger('click')
    expect(card.getComponent(MessageCard).emitted('select')).toHaveLength(1)
    useLibraryStore().toggle(message.audio_id)
    await card.vm.$nextTick()
    expect(tile.attributes('aria-checked')).toBe('true')
    useLibraryStore().clear()
  })

  it.each([
    ['waiting', 'En cola…'],
    ['processing', 'Procesando…'],
  ] as const)('that is %s has no sound to play yet', async (status, words) => {
    const card = await mount({ status, source: 'uploaded', audio_url: null, sha256: null, lufs: null, peaks: [], text: '', original_name: 'cuña.wav' })
    expect(card.text()).toContain(words)
    expect(card.text()).toContain('cuña.wav')
    expect(card.text()).not.toContain('LUFS')
    expect(card.findAll('[aria-label^="Reproducir"], [aria-label^="Enviar"], [role=slider]')).toHaveLength(0)
  })

  it('that failed says why, and can be tried again', async () => {
    const retried = vi.fn()
    registerEndpoint(`/api/v1/library/${message.audio_id}/retry`, { method: 'POST', handler: () => {
      retried()
      return { ...message, status: 'waiting' }
    } })
    const card = await mount({ status: 'failed', failure: 'silent', source: 'uploaded', audio_url: null })
    expect(card.text()).toContain('En el archivo no se oye nada.')
    await card.get('[aria-label="Reintentar «Cierre»"]').trigger('click')
    await until(() => expect(retried).toHaveBeenCalledOnce())
  })

  it('says that it has expired, or may not air yet', async () => {
    expect((await mount({ valid_until: '2020-01-01T00:00:00.000Z' })).text()).toContain('Caducado')
    expect((await mount({ valid_from: '2100-01-01T00:00:00.000Z' })).text()).toContain('Aún no')
    expect((await mount({ valid_from: '2020-01-01T00:00:00.000Z', valid_until: '2100-01-01T00:00:00.000Z' })).text()).not.toMatch(/Caducado|Aún no/)
  })

  it('warns in words', async () => {
    const card = await mount({ warnings: ['heavy_limiting'] })
    expect(card.get('[role=img]').attributes('aria-label')).toContain('picos muy fuertes')
  })

  it('offers a viewer to listen, not to change', async () => {
    useClientStore().set(meAs('viewer'))
    const labels = (await mount()).findAll('button').map(button => button.attributes('aria-label'))
    expect(labels).toEqual(['Seleccionar «Cierre»', 'Más acciones para «Cierre»', 'Reproducir «Cierre»'])
  })
})
