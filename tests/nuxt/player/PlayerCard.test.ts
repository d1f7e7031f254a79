import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import PlayerCard from '~/components/player/PlayerCard.vue'
import { useClientStore } from '~/stores/client'
import type { Player } from '#shared/schemas/player'
import { aCommand, aPlayer, meAs } from '../../fixtures/dashboard'
import { until } from '../dashboard'

const mount = (changes: Partial<Player> = {}) => mountSuspended(PlayerCard, { props: { player: aPlayer(changes) } })
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000 - 1000).toISOString()

describe('PlayerCard', () => {
  beforeEach(() => useClientStore().set(meAs('editor')))

  it.each<[string, Partial<Player>, string]>([
    ['on', { connected_at: minutesAgo(5) }, 'Encendido desde hace 5 min'],
    ['on, with music', { status: { music: 'Bossa' } }, 'Música: Bossa'],
    ['playing', { state: 'playing', now_title: 'Cierre' }, 'Suena: Cierre'],
    ['off', { online: false, last_seen_at: minutesAgo(5) }, 'Apagado · visto hace 5 min'],
    ['off while its last word was "playing"', { online: false, state: 'playing', now_title: 'Cierre', last_seen_at: minutesAgo(5) }, 'Apagado · visto hace 5 min'],
    ['never seen', { online: false, last_seen_at: null }, 'Aún no se ha conectado'],
  ])('says that it is %s', async (_what, changes, words) => {
    const card = await mount(changes)
    expect(card.text()).toContain(words)
    expect(card.text()).toContain('TV Caja 3')
  })

  it('says that the sound waits for a touch, only while it is on', async () => {
    expect((await mount({ sound: 'locked' })).text()).toContain('Esperando un toque')
    expect((await mount({ sound: 'locked', online: false })).text()).not.toContain('Esperando un toque')
  })

  it('says what comes next, whether its files are there, and what it is', async () => {
    const card = await mount({ user_agent: 'Mozilla/5.0 (SMART-TV; LINUX; Tizen 5.0) AppleWebKit/537.36 Chrome/63.0.3239.84 TV Safari/537.36', faults_today: 3, status: { next: { title: 'Cierre', due_at: '2026-11-22T20:45:00.000Z' }, files: { needed_today: 12, ready_today: 11, bytes: 5 } } })
    for (const words of ['Después: Cierre, a las', '11 de 12 archivos de hoy', 'Chromium 63 · Tizen 5.0']) expect(card.text()).toContain(words)
    expect(card.find('[aria-label="3 incidencias en las últimas 24 horas"]').exists()).toBe(true)
  })

  it('is muted, and not muted any more, at a touch', async () => {
    const player = aPlayer({ muted: true })
    const orders: unknown[] = []
    registerEndpoint(`/api/v1/player/players/${player.player_id}/commands`, { method: 'POST', handler: async (event) => {
      orders.push(await readBody(event))
      return aCommand({ player_id: player.player_id, command_id: 'two' })
    } })
    registerEndpoint(`/api/v1/player/players/${player.player_id}/commands/two`, () => aCommand({ player_id: player.player_id, status: 'done' }))
    const card = await mountSuspended(PlayerCard, { props: { player } })
    expect(card.text()).toContain('Mudo')
    await card.get('[aria-label="Devolver el sonido a TV Caja 3"]').trigger('click')
    await until(() => expect(orders).toEqual([{ command: 'unmute' }]))
  })

  it('sends one volume when the slider rests', async () => {
    const player = aPlayer({ volume: 0.8 })
    const patched: unknown[] = []
    registerEndpoint(`/api/v1/player/players/${player.player_id}`, { method: 'PATCH', handler: async (event) => {
      const body = await readBody<Partial<Player>>(event)
      patched.push(body)
      return { ...player, ...body }
    } })
    const card = await mountSuspended(PlayerCard, { props: { player } })
    const thumb = card.get('[role=slider]')
    expect(thumb.attributes('aria-label')).toBe('Volumen de TV Caja 3')
    for (let step = 0; step < 3; step++) await thumb.trigger('keydown', { key: 'ArrowLeft' })
    expect(card.text()).toMatch(/65\s?%/)
    expect(patched).toEqual([])
    await until(() => expect(patched).toEqual([{ volume: 0.65 }]))
  })

  it('sends the order to identify itself', async () => {
    const player = aPlayer()
    const orders: unknown[] = []
    registerEndpoint(`/api/v1/player/players/${player.player_id}/commands`, { method: 'POST', handler: async (event) => {
      orders.push(await readBody(event))
      return aCommand({ player_id: player.player_id, command_id: 'one' })
    } })
    registerEndpoint(`/api/v1/player/players/${player.player_id}/commands/one`, () => aCommand({ player_id: player.player_id, status: 'done' }))
    const card = await mountSuspended(PlayerCard, { props: { player } })
    await card.findAll('button').find(button => button.text() === 'Identificar')!.trigger('click')
    await until(() => expect(orders).toEqual([{ command: 'identify' }]))
  })

  it('offers "stop" only while it plays', async () => {
    const offers = async (changes: Partial<Player>) => (await mount(changes)).findAll('button').some(button => button.text() === 'Parar')
    expect([await offers({}), await offers({ state: 'playing' })]).toEqual([false, true])
  })

  it('lets a viewer look, not touch', async () => {
    useClientStore().set(meAs('viewer'))
    const card = await mount({ state: 'playing' })
    expect(card.findAll('button').map(button => button.text())).toEqual(['Detalles'])
    expect(card.find('[data-disabled]').exists()).toBe(true)
  })
})
