import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { readBody, createError } from 'h3'
import { useToast } from '#imports'
import MessageCard from '~/components/library/MessageCard.vue'
import { useClientStore } from '~/stores/client'
import { aMessage, meAs } from '../../fixtures/dashboard'
import { until } from '../dashboard'

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
const mount = () => mountSuspended(MessageCard, { props: { message } })

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
    await card.get('h3 button').trigger('click')
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
    await card.get('h3 button').trigger('click')
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
    await card.get('h3 button').trigger('click')
    await card.get('input').setValue('Otro')
    await card.get('input').trigger('keydown', { key: 'Enter' })
    await until(() => expect(useToast().toasts.value.at(-1)?.title).toBe('No se ha podido cambiar el título'))
  })

  it('offers a viewer to listen, not to change', async () => {
    useClientStore().set(meAs('viewer'))
    const card = await mount()
    expect(card.find('h3 button').exists()).toBe(false)
    expect(card.findAll('button').map(button => button.attributes('aria-label'))).toEqual(['Más acciones para «Cierre»', 'Reproducir «Cierre»'])
  })
})
