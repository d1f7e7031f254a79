import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { createError, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { clearNuxtData, useToast } from '#imports'
import type { Player, Targets } from '#shared/schemas/player'
import type { Template } from '#shared/schemas/template'
import FillDialog from '~/components/template/FillDialog.vue'
import TemplatesPage from '~/pages/templates.vue'
import { useClientStore } from '~/stores/client'
import { aMessage, aPlay, aPlayer, aPreset, aVoice, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

const template: Template = {
  template_id: '019a0000-0000-7000-8000-0000000000d1', title: 'Mover un vehículo', text: 'Vehículo {patente}, {color}.', language: 'es', icon: 'i-lucide-car', colour: '#0ea5e9',
  fields: [{ key: 'patente', label: 'Patente', kind: 'plate', required: true }, { key: 'color', label: 'Color', kind: 'text', required: false }],
  category_id: null, voice_id: null, preset_id: null, position: 0, shipped: 'es-car',
}
const voice = aVoice({ name: 'Carlota' })
const preset = aPreset({ name: 'Oferta' })
const category = { category_id: '019a0000-0000-7000-8000-0000000000e1', slug: 'servicio', name: 'Servicio', colour: '#f59e0b', icon: 'i-lucide-tag', position: 0, ai_instructions: '' }
const till = aPlayer({ name: 'TV Caja 3' })
const yard = aPlayer({ name: 'TV Patio', store_name: 'Mercado' })
let players: Player[] = []
let templates: Template[] = []
const sent = vi.fn<(what: unknown) => unknown>()
const URL = `/api/v1/library/templates/${template.template_id}`

registerEndpoint('/api/v1/library/templates', () => listOf(templates))
registerEndpoint('/api/v1/library/shortcuts', () => listOf([]))
registerEndpoint('/api/v1/library/categories', () => listOf([category]))
registerEndpoint('/api/v1/audio/voices', () => listOf([voice]))
registerEndpoint('/api/v1/audio/jingle-presets', () => listOf([preset]))
registerEndpoint('/api/v1/player/players', () => listOf(players))
registerEndpoint('/api/v1/player/plays', () => listOf([aPlay({ status: 'played', started_at: '2026-11-22T13:02:07.000Z' })]))
registerEndpoint(URL, { method: 'PATCH', handler: async event => sent(await readBody(event)) ?? template })
registerEndpoint(URL, { method: 'DELETE', handler: () => sent('DELETE') ?? null })
enableAutoUnmount(afterEach)

const dialog = () => document.querySelector('[role=dialog]')
const button = (text: string) => [...document.querySelectorAll<HTMLButtonElement>('[role=dialog] button')].find(entry => entry.textContent?.trim() === text)!
const field = (label: string) => {
  const found = [...document.querySelectorAll('[role=dialog] label')].find(entry => entry.textContent?.trim() === label)!
  return document.getElementById(found.getAttribute('for')!) as HTMLInputElement
}
function write(input: HTMLInputElement | HTMLTextAreaElement, text: string) {
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
}
/** Opens a list and takes the answer that reads so. */
async function choose(label: string, answer: string) {
  field(label).dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0, pointerType: 'mouse' }))
  const option = () => [...document.querySelectorAll<HTMLElement>('[role=option]')].find(entry => entry.textContent?.includes(answer))
  await until(() => expect(option()).toBeTruthy())
  option()!.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }))
}

beforeEach(() => {
  clearNuxtData()
  players = [till, yard]
  templates = [template]
  sent.mockReset()
  useClientStore().set(meAs('editor'))
  useToast().clear()
})

describe('filling in a template', () => {
  const bytes = new TextEncoder()
  const real = globalThis.fetch
  let out: ReadableStreamDefaultController<Uint8Array> | undefined
  let asked: { body: Record<string, unknown>, key: string, signal: AbortSignal }[] = []
  const say = (name: string, data: unknown) => out!.enqueue(bytes.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`))
  function finish(air: unknown = null) {
    say('done', { ...aMessage({ title: 'Vehículo BBCD12' }), speech_cached: false, air })
    out!.close()
  }

  beforeEach(() => {
    asked = []
    // Only this one route streams: the others are answered as they are registered.
    vi.stubGlobal('fetch', vi.fn<typeof fetch>(async (url, init) => {
      if (url !== `${URL}/fill`) return real(url, init)
      const { signal, body, headers } = init!
      asked.push({ body: JSON.parse(body as string), key: (headers as Record<string, string>)['idempotency-key']!, signal: signal! })
      const stream = new ReadableStream<Uint8Array>({ start: controller => void (out = controller) })
      signal!.addEventListener('abort', () => out!.error(signal!.reason))
      return new Response(stream, { headers: { 'content-type': 'text/event-stream' } })
    }))
    return () => vi.unstubAllGlobals()
  })

  async function open(targets?: Targets, shownElsewhere = false) {
    const chosen = ref<Template | null>(null)
    await mountSuspended(inDashboard(defineComponent(() => () => h(FillDialog, { 'modelValue': chosen.value, targets, shownElsewhere, 'onUpdate:modelValue': (value: Template | null) => void (chosen.value = value) }))))
    chosen.value = template
    await until(() => expect(dialog()?.textContent).toMatch(/Lo oirán? ahora|Todavía no hay/))
    return chosen
  }

  it('asks only for what a blank takes, and sends nothing before', async () => {
    await open()
    expect(dialog()!.textContent).toContain('Vehículo [Patente].')
    button('Crear y enviar').click()
    await until(() => expect(dialog()!.textContent).toContain('Este campo es obligatorio'))
    write(field('Patente'), 'b')
    await until(() => expect(dialog()!.textContent).toContain('De 2 a 12 letras y números'))
    expect(asked).toEqual([])
    write(field('Patente'), 'bb-cd12')
    await until(() => expect(dialog()!.textContent).toContain('Vehículo BBCD12.'))
  })

  it('shows the steps, and then where it was heard', async () => {
    await open()
    write(field('Patente'), 'bbcd12')
    button('Crear y enviar').click()
    await until(() => expect(asked).toHaveLength(1))
    expect(asked[0]!.body).toEqual({ values: { patente: 'BBCD12', color: '' }, air: { targets: { all: true }, expires_in_s: 600 } })
    say('step', { step: 'loudness' })
    await until(() => expect(dialog()!.querySelector('[aria-current=step]')?.textContent).toContain('Volumen'))
    finish({ air_id: '019a0000-0000-7000-8000-0000000000ff', players: 2, expires_at: '2026-11-22T13:12:00.000Z' })
    await until(() => expect(dialog()!.textContent).toMatch(/Escuchado a las \d\d:02:07 en TV Caja 3/))
  })

  it('can be cancelled, keeps what was typed, and asks the same again as the same', async () => {
    await open()
    write(field('Patente'), 'bbcd12')
    button('Crear y enviar').click()
    await until(() => expect(button('Cancelar')).toBeTruthy())
    expect(field('Patente').closest('fieldset')!.disabled).toBe(true)
    button('Cancelar').click()
    await until(() => expect(button('Crear y enviar')).toBeTruthy())
    expect(asked[0]!.signal.aborted).toBe(true)
    expect(dialog()!.textContent).not.toContain('No se ha podido hacer')
    expect(field('Patente').value).toBe('BBCD12')
    button('Crear y enviar').click()
    await until(() => expect(asked).toHaveLength(2))
    expect(asked[1]!.key).toBe(asked[0]!.key)
    finish()
    await until(() => expect(dialog()!.textContent).toContain('Vehículo BBCD12'))
  })

  it('goes to the stores that are chosen', async () => {
    await open()
    write(field('Patente'), 'bbcd12')
    const tab = [...document.querySelectorAll<HTMLElement>('[role=dialog] [role=tab]')].find(entry => entry.textContent === 'Por tienda')!
    tab.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }))
    await until(() => expect(dialog()!.textContent).toContain('Elija al menos un destino'))
    expect(button('Crear y enviar').disabled).toBe(true)
    ;[...document.querySelectorAll<HTMLElement>('[role=dialog] label')].find(entry => entry.textContent?.includes('Mercado'))!.click()
    await until(() => expect(dialog()!.textContent).toContain('Lo oirá ahora 1 reproductor'))
    button('Crear y enviar').click()
    await until(() => expect(asked[0]?.body).toMatchObject({ air: { targets: { stores: [yard.store_id] } } }))
  })

  it('does not ask where when the button knows it', async () => {
    await open({ stores: [till.store_id] })
    expect(dialog()!.querySelector('[role=tab]')).toBeNull()
    expect(dialog()!.textContent).toContain('Lo oirá ahora 1 reproductor')
    write(field('Patente'), 'bbcd12')
    button('Crear y enviar').click()
    await until(() => expect(asked[0]?.body).toMatchObject({ air: { targets: { stores: [till.store_id] } } }))
  })

  it('makes without sending also where nobody could hear it', async () => {
    players = []
    await open()
    expect(button('Crear y enviar').disabled).toBe(true)
    write(field('Patente'), 'bbcd12')
    button('Crear').click()
    await until(() => expect(asked).toHaveLength(1))
    expect(asked[0]!.body).not.toHaveProperty('air')
    finish()
    await until(() => expect(dialog()!.querySelector('[aria-label="Mensaje generado"]')).toBeTruthy())
  })

  it('closes where what was made is shown elsewhere', async () => {
    const chosen = await open(undefined, true)
    write(field('Patente'), 'bbcd12')
    button('Crear').click()
    await until(() => expect(asked).toHaveLength(1))
    finish()
    await until(() => expect(chosen.value).toBeNull())
  })

  it('says why it failed, and what was typed stays', async () => {
    await open()
    write(field('Patente'), 'bbcd12')
    button('Crear').click()
    await until(() => expect(asked).toHaveLength(1))
    say('failed', { error: { code: 'voice_missing', message: 'There is no voice that could say it.' } })
    out!.close()
    await until(() => expect(dialog()!.textContent).toContain('No se ha podido hacer'))
    expect(field('Patente').value).toBe('BBCD12')
  })
})

describe('the templates', () => {
  const mount = () => mountSuspended(inDashboard(TemplatesPage), { route: '/templates' })
  async function menu(item: string) {
    const page = await mount()
    await until(() => expect(page.text()).toContain('Mover un vehículo'))
    await page.get('[aria-label="Opciones de Mover un vehículo"]').trigger('click')
    const found = () => [...document.querySelectorAll<HTMLElement>('[role=menuitem]')].find(entry => entry.textContent?.trim() === item)
    await until(() => expect(found()).toBeTruthy())
    found()!.click()
    return page
  }

  it('are given a voice, a mix, a category and a language', async () => {
    await menu('Editar')
    await until(() => expect(field('Voz')).toBeTruthy())
    await until(() => expect(field('Voz').textContent).toContain('Según el idioma'))
    await choose('Voz', 'Carlota')
    await choose('Música', 'Oferta')
    await choose('Categoría', 'Servicio')
    await choose('Idioma', 'Inglés')
    document.querySelector('#template-form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
    await until(() => expect(sent).toHaveBeenCalled())
    expect(sent.mock.calls[0]![0]).toMatchObject({ title: template.title, fields: template.fields, voice_id: voice.voice_id, preset_id: preset.preset_id, category_id: category.category_id, language: 'en' })
    await until(() => expect(dialog()).toBeNull())
  })

  it('lose a mix that is no longer there', async () => {
    templates = [{ ...template, preset_id: '019a0000-0000-7000-8000-0000000000f9', category_id: category.category_id }]
    await menu('Editar')
    await until(() => expect(field('Música')?.textContent).toContain('Solo voz'))
    document.querySelector('#template-form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
    await until(() => expect(sent).toHaveBeenCalled())
    expect(sent.mock.calls[0]![0]).toMatchObject({ preset_id: null, category_id: category.category_id })
  })

  it('keep their form open when they cannot be saved', async () => {
    sent.mockImplementation(() => {
      throw createError({ statusCode: 404, data: { error: { code: 'template_not_found', message: 'There is no such template.' } } })
    })
    await menu('Editar')
    await until(() => expect(field('Nombre')?.value).toBe(template.title))
    document.querySelector('#template-form')!.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
    await until(() => expect(dialog()!.querySelector('[role=alert]')?.textContent).toBeTruthy())
  })

  it('come back as they were', async () => {
    await menu('Eliminar')
    await until(() => expect(sent).toHaveBeenCalledWith('DELETE'))
    const undo = () => [...document.querySelectorAll<HTMLElement>('button')].find(entry => entry.textContent?.trim() === 'Deshacer')
    await until(() => expect(undo()).toBeTruthy())
    undo()!.click()
    await until(() => expect(sent).toHaveBeenCalledWith({ deleted_at: null }))
  })
})
