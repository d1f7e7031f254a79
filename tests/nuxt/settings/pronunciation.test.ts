import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { readBody, setResponseStatus } from 'h3'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { clearNuxtData, useToast } from '#imports'
import Page from '~/pages/settings/pronunciation.vue'
import { useClientStore } from '~/stores/client'
import type { Pronunciation } from '#shared/schemas/reading'
import { listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const PATH = '/api/v1/audio/pronunciations'
const nike: Pronunciation = { pronunciation_id: '019a0000-0000-7000-8000-000000000001', written: 'Nike', spoken: 'naik', language: null, created_at: '2026-11-01T10:00:00Z' }
const puma: Pronunciation = { ...nike, pronunciation_id: '019a0000-0000-7000-8000-000000000002', written: 'Puma', spoken: 'piuma', language: 'es' }
let words: Pronunciation[]
/** Every change that was asked for; returns another status than the good one. */
const asked = vi.fn<(method: string, id: string | null, body?: unknown) => { status: number, body: object } | undefined>()

registerEndpoint(PATH, { method: 'GET', handler: () => listOf(words) })
registerEndpoint(PATH, { method: 'POST', handler: async (event) => {
  const body = await readBody<Pronunciation>(event)
  const refused = asked('POST', null, body)
  setResponseStatus(event, refused?.status ?? 201)
  if (!refused) words = [...words, { ...nike, ...body, pronunciation_id: '019a0000-0000-7000-8000-000000000003' }]
  return refused?.body ?? words.at(-1)
} })
for (const { pronunciation_id } of [nike, puma]) {
  registerEndpoint(`${PATH}/${pronunciation_id}`, { method: 'PATCH', handler: async (event) => {
    const body = await readBody<Pronunciation>(event)
    asked('PATCH', pronunciation_id, body)
    words = words.map(word => word.pronunciation_id === pronunciation_id ? { ...word, ...body } : word)
    return words.find(word => word.pronunciation_id === pronunciation_id)
  } })
  registerEndpoint(`${PATH}/${pronunciation_id}`, { method: 'DELETE', handler: (event) => {
    asked('DELETE', pronunciation_id)
    words = words.filter(word => word.pronunciation_id !== pronunciation_id)
    setResponseStatus(event, 204)
    return null
  } })
}

enableAutoUnmount(afterEach)
beforeEach(() => {
  words = [nike, puma]
  asked.mockReset()
  clearNuxtData()
  useToast().clear()
  useClientStore().set(meAs('editor'))
})

const mount = () => mountSuspended(inDashboard(Page))
type Mounted = Awaited<ReturnType<typeof mount>>
const rows = (page: Mounted) => page.findAll('li').map(row => row.findAll('p').map(line => line.text()))
const toasts = () => useToast().toasts.value

async function fill(form: { get: Mounted['get'] }, written: string, spoken: string) {
  await form.get('input[name=written]').setValue(written)
  await form.get('input[name=spoken]').setValue(spoken)
  await form.get('form').trigger('submit')
}

it('lists the words with how they are said', async () => {
  expect(rows(await mount())).toEqual([['Nike', 'naik'], ['Puma', expect.stringContaining('piuma')]])
})

it('shows that there are none', async () => {
  words = []
  expect((await mount()).text()).toContain('Todavía no hay palabras')
})

it('adds a word and is ready for the next', async () => {
  const page = await mount()
  await fill(page, 'Levi\'s', 'livais')
  await until(() => expect(rows(page)).toHaveLength(3))
  expect(asked).toHaveBeenCalledWith('POST', null, { written: 'Levi\'s', spoken: 'livais', language: null })
  expect(page.get<HTMLInputElement>('input[name=written]').element.value).toBe('')
  expect(toasts()[0]!.title).toBe('«Levi\'s» se dirá «livais»')
})

it('says why a word is refused, at its field', async () => {
  asked.mockReturnValueOnce({ status: 409, body: { error: { code: 'pronunciation_exists', message: 'x', fields: [{ path: 'written', message: 'x' }], request_id: '1' } } })
  const page = await mount()
  await fill(page, 'nike', 'naiki')
  await until(() => expect(page.text()).toContain('Esta palabra ya está en la lista.'))
  expect(page.get<HTMLInputElement>('input[name=written]').element.value).toBe('nike')
})

it('asks for both before it sends', async () => {
  const page = await mount()
  await fill(page, 'Nike', '  ')
  await until(() => expect(page.find('form').text()).toMatch(/Escriba|Complete|obligatori|necesari|Falta/i))
  expect(asked).not.toHaveBeenCalled()
})

it('changes a word in its place, and Escape changes nothing', async () => {
  const page = await mount()
  await page.get('[aria-label="Cambiar «Puma»"]').trigger('click')
  const row = () => page.findAll('li')[1]!
  await row().get('input[name=spoken]').setValue('puma')
  await row().get('input[name=spoken]').trigger('keydown', { key: 'Escape' })
  expect(row().find('form').exists()).toBe(false)
  expect(asked).not.toHaveBeenCalled()
  await page.get('[aria-label="Cambiar «Puma»"]').trigger('click')
  await fill(row(), 'Puma', 'puuma')
  await until(() => expect(asked).toHaveBeenCalledWith('PATCH', puma.pronunciation_id, { written: 'Puma', spoken: 'puuma', language: 'es' }))
  await until(() => expect(rows(page)[1]![1]).toContain('puuma'))
})

it('removes a word, and brings it back', async () => {
  const page = await mount()
  await page.get('[aria-label="Quitar «Puma»"]').trigger('click')
  await until(() => expect(rows(page)).toHaveLength(1))
  const undo = toasts()[0]!.actions![0]!
  expect(undo.label).toBe('Deshacer')
  await (undo.onClick as (event: Event) => unknown)(new Event('click'))
  await until(() => expect(asked).toHaveBeenCalledWith('POST', null, { written: 'Puma', spoken: 'piuma', language: 'es' }))
})

it('plays a word as it is said now', async () => {
  const page = await mount()
  expect(page.findAll('[aria-label="Reproducir «Nike»"]')).toHaveLength(1)
})

it('lets a viewer read and listen only', async () => {
  useClientStore().set(meAs('viewer'))
  const page = await mount()
  expect(page.find('form').exists()).toBe(false)
  expect(page.find('[aria-label^="Quitar"]').exists()).toBe(false)
  expect(rows(page)).toHaveLength(2)
})
