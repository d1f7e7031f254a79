import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { getQuery } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useRouter } from '#imports'
import Players from '~/pages/players.vue'
import { useClientStore } from '~/stores/client'
import type { Play, Player } from '#shared/schemas/player'
import { aCommand, aPlay, aPlayer, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

let players: Player[] = []
let plays: Play[] = []
const asked = vi.fn()
registerEndpoint('/api/v1/player/players', () => listOf(players))
registerEndpoint('/api/v1/client/stores', () => listOf([]))
registerEndpoint('/api/v1/player/players/open/commands', () => listOf([aCommand({ command: 'reload', status: 'failed', detail: 'interrupted' })]))
registerEndpoint('/api/v1/player/players/open/faults', () => listOf([{ fault_id: 'f', player_id: 'open', kind: 'audio_stuck', detail: '12 s', at: new Date().toISOString(), recovery: 'next', recovered_at: new Date().toISOString() }]))
registerEndpoint('/api/v1/player/address', () => ({ url: 'http://192.168.1.20:3000/player' }))
registerEndpoint('/api/v1/player/plays', (event) => {
  asked(getQuery(event))
  return listOf(plays)
})
enableAutoUnmount(afterEach)
const mount = (route = '/players') => mountSuspended(inDashboard(Players), { route })

describe('the Players page', () => {
  beforeEach(() => {
    clearNuxtData()
    asked.mockReset()
    players = [aPlayer({ name: 'TV Patio', store_name: 'Mercado' }), aPlayer({ name: 'TV Caja 3' })]
    plays = [aPlay({ title: 'Cierre', status: 'skipped', reason: 'muted' })]
    useClientStore().set(meAs('editor'))
  })

  it('shows the players in order, store by store', async () => {
    const page = await mount()
    await until(() => expect(page.findAll('article h3').map(name => name.text())).toEqual(['TV Caja 3', 'TV Patio']))
  })

  it('groups them by store, and finds those that need somebody', async () => {
    players = [aPlayer({ name: 'Bien', store_id: 's', store_name: 'Sol' }), aPlayer({ name: 'Mal', online: false, store_id: 's', store_name: 'Sol' }), aPlayer({ name: 'Lejos', store_id: 'l', store_name: 'Luna' })]
    const page = await mount()
    await until(() => expect(page.findAll('section[aria-label] h2').map(head => head.text())).toEqual(['Luna', 'Sol']))
    expect(page.get('section[aria-label=Sol]').text()).toContain('1 de 2 encendidos')
    await page.get('[role=switch]').trigger('click')
    await until(() => expect(page.findAll('article h3').map(name => name.text())).toEqual(['Mal']))
  })

  it('tells everything about one, with what was asked of it and what went wrong', async () => {
    players = [aPlayer({ player_id: 'open', name: 'TV Caja 3', status: { clock_offset_ms: -1500, synced_at: new Date().toISOString(), storage: { usage_bytes: 3 * 2 ** 20, quota_bytes: 2 ** 30 } } })]
    await mount('/players?player=open')
    const panel = await until(() => {
      const found = document.querySelector('[role=dialog]')
      expect(found?.textContent).toContain('El sonido se quedó parado')
      return found!
    })
    for (const words of ['Adelantado 1,5 s', '3 MB de 1 GB', 'Resuelto: next', 'Recargar la página', 'No ha podido · la página se cerró en medio']) expect(panel.textContent).toContain(words)
  })

  it('says how to get the first player, with the address for the television', async () => {
    players = []
    const page = await mount()
    await until(() => expect(page.text()).toContain('Todavía no hay reproductores'))
    await until(() => expect(page.text()).toContain('http://192.168.1.20:3000/player'))
  })

  it('opens the pairing with the code of the QR, and forgets it when it is closed', async () => {
    await mount('/players?code=ab7kq2mx')
    const input = await until(() => {
      const found = document.querySelector<HTMLInputElement>('[role=dialog] input[placeholder="XXXX-XXXX"]')
      expect(found?.value).toBe('AB7K-Q2MX')
      return found
    })
    expect(input).not.toBeNull()
    ;[...document.querySelectorAll<HTMLElement>('[role=dialog] button')].find(button => button.textContent === 'Cancelar')!.click()
    await until(() => expect(useRouter().currentRoute.value.query).toEqual({}))
  })

  it('tells what was heard, and why not if not', async () => {
    const page = await mount()
    await until(() => expect(page.text()).toContain('el volumen estaba a cero'))
    expect(asked).toHaveBeenCalledWith({ limit: '20' })
  })

  it('shows a viewer no way to change anything', async () => {
    useClientStore().set(meAs('viewer'))
    const page = await mount('/players?code=ab7kq2mx')
    await until(() => expect(page.findAll('article')).toHaveLength(2))
    expect(page.findAll('article button').map(button => button.text())).toEqual(['Detalles', 'Detalles'])
    expect(page.text()).not.toContain('Toda la tienda')
    expect(page.text()).not.toContain('Vincular')
    expect(document.querySelector('[role=dialog]')).toBeNull()
  })
})
