import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { createError, getHeader, readBody } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData } from '#imports'
import SendDialog from '~/components/player/SendDialog.vue'
import { useAudioStore } from '~/stores/audio'
import { useClientStore } from '~/stores/client'
import type { Player } from '#shared/schemas/player'
import { aMessage, aPlay, aPlayer, listOf, meAs } from '../../fixtures/dashboard'
import { until } from '../dashboard'

const AIR = '019a0000-0000-7000-8000-0000000000ff'
const message = aMessage({ title: 'Cierre' })
const till = aPlayer({ name: 'TV Caja 3' })
const yard = aPlayer({ name: 'TV Patio', online: false, store_id: till.store_id })
const door = aPlayer({ name: 'TV Entrada', sound: 'locked', store_name: 'Mercado' })
let players: Player[] = []
let plays = [aPlay()]
const aired = vi.fn<(body: unknown, key?: string) => unknown>()
registerEndpoint('/api/v1/player/players', () => listOf(players))
registerEndpoint('/api/v1/client/groups', () => listOf([{ group_id: AIR, name: 'Norte', store_ids: [till.store_id] }]))
registerEndpoint('/api/v1/player/plays', () => listOf(plays))
registerEndpoint('/api/v1/player/air', { method: 'POST', handler: async event => aired(await readBody(event), getHeader(event, 'idempotency-key')) })
enableAutoUnmount(afterEach)

const dialog = () => document.querySelector('[role=dialog]')
const button = (text: RegExp) => [...document.querySelectorAll<HTMLButtonElement>('[role=dialog] button')].find(entry => text.test(entry.textContent!))!
async function open() {
  const mounted = await mountSuspended(SendDialog, { props: { modelValue: null } })
  await mounted.setProps({ modelValue: message })
  await until(() => expect(dialog()?.textContent).toMatch(/Dónde suena|Todavía no hay/))
  return mounted
}

describe('SendDialog', () => {
  beforeEach(() => {
    clearNuxtData()
    players = [till, yard, door]
    aired.mockReset().mockReturnValue({ air_id: AIR, players: 3, expires_at: '2026-11-22T13:12:00.000Z' })
    useClientStore().set(meAs('editor'))
  })

  it('says who hears it now, who is off and who waits for a touch', async () => {
    await open()
    await until(() => expect(dialog()!.textContent).toContain('Lo oirá ahora 1 reproductor'))
    expect(dialog()!.textContent).toContain('TV Patio está apagado: lo oirá si vuelve antes de 10 minutos.')
    expect(dialog()!.textContent).toContain('TV Entrada no tiene sonido hasta que alguien toque la pantalla.')
    expect(button(/^Enviar/).textContent).toContain('Enviar a 3 reproductores')
  })

  it('sends to groups of stores, which say how many those are', async () => {
    await open()
    const tab = await until(() => {
      const found = [...document.querySelectorAll<HTMLElement>('[role=dialog] [role=tab]')].find(entry => entry.textContent === 'Grupos')
      expect(found).toBeDefined()
      return found!
    })
    tab.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }))
    const chip = await until(() => {
      const found = document.querySelector<HTMLElement>('[role=dialog] button[aria-label="Norte, 1 tienda"]')
      expect(found).not.toBeNull()
      return found!
    })
    expect(button(/^Enviar/).disabled).toBe(true)
    chip.click()
    await until(() => expect(button(/^Enviar/).textContent).toContain('Enviar a 2 reproductores'))
    button(/^Enviar/).click()
    await until(() => expect(aired.mock.calls[0]?.[0]).toMatchObject({ targets: { groups: [AIR] } }))
  })

  it('sends an emergency until somebody stops it, and nothing else', async () => {
    await open()
    const toggle = (name: RegExp) => [...document.querySelectorAll<HTMLElement>('[role=dialog] [role=switch]')].find(entry => name.test(entry.closest('[data-slot=root]')!.textContent!))
    expect(toggle(/Repetir/)).toBeUndefined()
    toggle(/Emergencia/)!.click()
    await until(() => expect(toggle(/Repetir hasta que alguien lo pare/)).toBeDefined())
    toggle(/Repetir/)!.click()
    await until(() => expect(button(/^Enviar/).disabled).toBe(false))
    button(/^Enviar/).click()
    await until(() => expect(aired.mock.calls[0]?.[0]).toMatchObject({ priority: 'emergency', on_busy: 'interrupt', until_stopped: true }))
  })

  it('sends to every store, and then shows where it was heard', async () => {
    plays = [aPlay({ status: 'played', started_at: '2026-11-22T13:02:07.000Z' }), aPlay({ player_name: 'TV Patio' })]
    await open()
    await until(() => expect(button(/^Enviar/).disabled).toBe(false))
    button(/^Enviar/).click()
    await until(() => expect(dialog()!.textContent).toMatch(/Escuchado a las \d\d:02:07 en TV Caja 3/))
    expect(dialog()!.textContent).toContain('Esperando a TV Patio')
    expect(dialog()!.textContent).toContain('1 de 2')
    expect(aired.mock.calls[0]![0]).toEqual({ audio_id: message.audio_id, targets: { all: true }, priority: 'live', on_busy: 'after_current', expires_in_s: 600 })
    expect(useAudioStore().airs[message.audio_id]).toBe(AIR)
  })

  it('tries the same sending again with the same key, and another one with another', async () => {
    aired.mockImplementation(() => {
      throw createError({ statusCode: 500 })
    })
    await open()
    for (const time of [1, 2]) {
      await until(() => expect(button(/^Enviar/).disabled).toBe(false))
      button(/^Enviar/).click()
      await until(() => expect(aired).toHaveBeenCalledTimes(time))
      await until(() => expect(dialog()!.textContent).toContain('No se ha podido enviar'))
    }
    document.querySelector<HTMLElement>('[role=dialog] [role=switch]')!.click()
    await until(() => expect(button(/^Enviar/).disabled).toBe(false))
    button(/^Enviar/).click()
    await until(() => expect(aired).toHaveBeenCalledTimes(3))
    const keys = aired.mock.calls.map(call => call[1])
    expect(keys[0]).toBeTruthy()
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).not.toBe(keys[0])
    expect(aired.mock.calls[2]![0]).toMatchObject({ priority: 'emergency', on_busy: 'interrupt' })
  })

  it('leads to the pairing while there is no player', async () => {
    players = []
    await open()
    await until(() => expect(dialog()!.textContent).toContain('Todavía no hay reproductores'))
    expect(dialog()!.querySelector('a')!.getAttribute('href')).toBe('/players?code=')
  })
})
