import { mountSuspended, registerEndpoint } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount, type VueWrapper } from '@vue/test-utils'
import { getQuery, type H3Event } from 'h3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearNuxtData, useRouter } from '#imports'
import PlaysPage from '~/pages/plays.vue'
import type { PlayStats } from '#shared/schemas/player'
import { useClientStore } from '~/stores/client'
import { aPlay, aPlayer, listOf, meAs } from '../../fixtures/dashboard'
import { inDashboard } from '../dashboard'

const plays = vi.fn<(query: Record<string, unknown>) => unknown>()
const stats = vi.fn<(query: Record<string, unknown>) => unknown>()
const asked = (event: H3Event) => getQuery(event) as Record<string, unknown>
registerEndpoint('/api/v1/player/plays', event => plays(asked(event)))
registerEndpoint('/api/v1/player/plays/stats', event => stats(asked(event)))
const STORES = [{ store_id: '019a0000-0000-7000-8000-00000000000a', name: 'Gran Vía 28', time_zone: 'Europe/Madrid', players: 1, players_online: 1 }, { store_id: '019a0000-0000-7000-8000-00000000000b', name: 'Las Palmas', time_zone: 'Atlantic/Canary', players: 1, players_online: 1 }]
registerEndpoint('/api/v1/client/stores', () => listOf(STORES))
registerEndpoint('/api/v1/player/players', () => listOf([aPlayer()]))
vi.mock('vue-chartjs', () => ({ Bar: { template: '<div data-chart />' } }))
enableAutoUnmount(afterEach)

const counts = { heard: 1, missed: 2, open: 0 }
const FIGURES: PlayStats = {
  time_zone: 'UTC', from: '2026-11-21', until: '2026-11-22', total: counts, days: [{ day: '2026-11-21', heard: 0, missed: 0, open: 0 }, { day: '2026-11-22', ...counts }],
  stores: [{ store_id: STORES[0]!.store_id, store_name: 'Gran Vía 28', heard: 1, missed: 0, open: 0 }, { store_id: STORES[1]!.store_id, store_name: 'Las Palmas', heard: 0, missed: 2, open: 0 }],
  reasons: [{ reason: 'muted', plays: 2 }],
}
const HEARD = aPlay({ status: 'played', due_at: '2026-11-22T13:00:00.000Z', started_at: '2026-11-22T13:00:04.200Z', level_db: -18, repeats: 3, schedule_id: aPlay().play_id })
const CUT = aPlay({ status: 'skipped', reason: 'preempted', reason_by: 'Fuego', title: 'Ofertas', created_at: '2026-11-21T22:30:00.000Z' })
const list = (items: unknown[], next_cursor: string | null = null) => ({ ...listOf(items, next_cursor), total_is_capped: false })

beforeEach(async () => {
  useClientStore().set(meAs('viewer'))
  plays.mockReset().mockReturnValue(list([HEARD, CUT]))
  stats.mockReset().mockReturnValue(FIGURES)
  clearNuxtData()
  await useRouter().push('/plays')
})
const open = async (path = '/plays') => {
  await useRouter().push(path)
  const page = await mountSuspended(inDashboard(PlaysPage), { route: path })
  await vi.waitFor(() => expect(page.find('[aria-label="Cargando…"]').exists()).toBe(false))
  return page
}
const row = (page: VueWrapper, title: string) => page.findAll('li[data-status]').find(entry => entry.text().includes(title))!
const lastAsked = () => plays.mock.lastCall![0]

describe('the play log', () => {
  it('says of every play when, where, and what became of it', async () => {
    const page = await open()
    expect(row(page, 'Cierre').text()).toMatch(/Se oyó, −18,0 dB · 3 veces/)
    expect(row(page, 'Cierre').text()).toContain('4,2 s tarde')
    expect(row(page, 'Cierre').text()).toContain('Gran Vía 28 · TV Caja 3')
    expect(row(page, 'Cierre').get(`a[href="/library/${HEARD.audio_id}"]`).text()).toBe(HEARD.title)
    expect(row(page, 'Ofertas').text()).toContain('No se oyó: lo cortó «Fuego»')
    expect(page.findAll('h2').map(title => title.text()).filter(text => /noviembre/.test(text))).toHaveLength(2)
  })

  it('names the limit that left something out, and says since when a player was away', async () => {
    const skipped = (title: string, reason: 'limited' | 'offline', reason_by: string | null) => aPlay({ status: 'skipped', title, reason, reason_by })
    plays.mockReturnValue(list([skipped('Siesta', 'limited', 'quiet_time'), skipped('Nueva', 'limited', 'of tomorrow'), skipped('Lejos', 'offline', '2026-11-21T22:30:00Z'), skipped('Nunca', 'offline', null)]))
    const page = await open()
    expect(row(page, 'Siesta').text()).toContain('omitido por un límite: hora de silencio')
    expect(row(page, 'Nueva').text()).toMatch(/omitido por un límite(?!:)/)
    expect(row(page, 'Lejos').text()).toMatch(/apagado o sin red desde el 21 nov 2026, 22:30/)
    expect(row(page, 'Nunca').text()).toMatch(/apagado o sin red(?! desde)/)
  })

  it('shows the text on demand', async () => {
    const page = await open()
    const first = row(page, 'Cierre')
    expect(first.text()).not.toContain(HEARD.text)
    const button = first.get('button[aria-expanded="false"]')
    await button.trigger('click')
    expect(first.text()).toContain(HEARD.text)
    expect(button.attributes('aria-expanded')).toBe('true')
  })

  it('asks for the last week in the reader’s zone where stores have several, and in a store’s own where it is one', async () => {
    const page = await open()
    const { from, until } = lastAsked() as { from: string, until: string }
    expect(Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000)).toBe(6)
    await useRouter().push(`/plays?store=${STORES[1]!.store_id}`)
    await vi.waitFor(() => expect(lastAsked()).toMatchObject({ store_id: STORES[1]!.store_id, time_zone: 'Atlantic/Canary' }))
    expect(page.text()).toContain('Atlantic/Canary')
  })

  it('keeps the filter in the address, and takes what is wrong there for nothing', async () => {
    const page = await open('/plays?result=exploded&kind=scheduled&store=x')
    expect(lastAsked()).toMatchObject({ kind: 'scheduled' })
    expect(lastAsked()).not.toHaveProperty('result')
    await page.findAll('button').find(button => button.text().includes('el volumen estaba a cero'))!.trigger('click')
    await vi.waitFor(() => expect(useRouter().currentRoute.value.query).toMatchObject({ kind: 'scheduled', result: 'muted' }))
    await vi.waitFor(() => expect(lastAsked()).toMatchObject({ kind: 'scheduled', result: 'muted' }))
    expect(page.get('a[download]').attributes('href')).toMatch(/^\/api\/v1\/player\/plays\/export\?.*result=muted.*language=es/)
  })

  it('counts what was heard and missed, by store and reason, and says the days to who cannot see the chart', async () => {
    const page = await open()
    await vi.waitFor(() => expect(page.find('table').exists()).toBe(true))
    const figures = page.get('section[aria-label="En cifras"]')
    expect(figures.text()).toContain('33\u00A0% oído')
    expect(figures.findAll('tbody tr').map(line => line.findAll('td').map(cell => cell.text()))).toEqual([['0', '0', '0'], ['1', '2', '0']])
    expect(figures.findAll('button').map(button => button.text()).filter(text => /Las Palmas|Gran Vía/.test(text))[0]).toContain('Las Palmas')
  })

  it('brings in older plays when asked, each once', async () => {
    plays.mockImplementation(query => query.cursor ? list([CUT]) : list([HEARD, CUT], 'next'))
    const page = await open()
    await page.findAll('button').find(button => button.text() === 'Ver más')!.trigger('click')
    await vi.waitFor(() => expect(page.findAll('button').some(button => button.text() === 'Ver más')).toBe(false))
    expect(page.findAll('li[data-status]')).toHaveLength(2)
  })

  it('is empty with words, and in another way where a filter is on', async () => {
    plays.mockReturnValue(list([]))
    expect((await open()).text()).toContain('Todavía no ha sonado nada')
    const page = await open('/plays?result=muted')
    expect(page.text()).toContain('Nada coincide')
    await page.findAll('button').filter(button => button.text() === 'Quitar filtros').at(-1)!.trigger('click')
    await vi.waitFor(() => expect(useRouter().currentRoute.value.query).toEqual({}))
  })
})
