import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { getQuery } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useRouter } from '#imports'
import Players from '~/pages/players.vue'
import { useClientStore } from '~/stores/client'
import type { Play, Player } from '#shared/schemas/player'
import { aPlay, aPlayer, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard, until } from '../dashboard'

let players: Player[] = []
let plays: Play[] = []
const asked = vi.fn()
registerEndpoint('/api/v1/player/players', () => listOf(players))
registerEndpoint('/api/v1/client/stores', () => listOf([]))
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
    expect(page.findAll('article button')).toHaveLength(0)
    expect(page.text()).not.toContain('Vincular')
    expect(document.querySelector('[role=dialog]')).toBeNull()
  })
})
