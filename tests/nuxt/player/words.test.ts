import { describe, expect, it } from 'vitest'
import { mergePlayers } from '~/composables/usePlayers'
import { groupByStore, playerFits, problemsOf } from '~/composables/usePlayerWords'
import { aPlayer, listOf } from '../../fixtures/dashboard'

describe('players of a list', () => {
  const [a, b, c] = [aPlayer({ name: 'A' }), aPlayer({ name: 'B' }), aPlayer({ name: 'C' })]

  it('are changed where they stand, added and taken away; the others stay the same objects', () => {
    const changed = { ...b, volume: 0.1 }
    const { items, total } = mergePlayers(listOf([a, b]), [b.player_id, c.player_id], [changed, c])
    expect(items).toEqual([a, changed, c])
    expect(items[0]).toBe(a)
    expect(total).toBe(3)
    expect(mergePlayers(listOf([a, b]), [b.player_id], []).items).toEqual([a])
  })

  it('stand by store and name, as people count, and a store is counted whole', () => {
    const all = [aPlayer({ name: 'TV 10', store_id: 's', store_name: 'Sol' }), aPlayer({ name: 'TV 9', store_id: 's', store_name: 'Sol', online: false }), aPlayer({ name: 'X', store_id: 'l', store_name: 'Águila' })]
    expect(groupByStore(all, all, 'es').map(group => [group.store.name, group.players.map(player => player.name), group.first])).toEqual([['Águila', ['X'], 0], ['Sol', ['TV 9', 'TV 10'], 1]])
    expect(groupByStore(all, [all[0]!], 'es')).toMatchObject([{ store: { online: 1, total: 2 }, first: 0 }])
  })

  it.each([
    [{}, []],
    [{ online: false, sound: 'locked' as const }, ['off']],
    [{ sound: 'locked' as const }, ['locked']],
    [{ status: { waits_for_tap: 'sound' as const } }, ['locked']],
    [{ status: { waits_for_tap: 'fullscreen' as const } }, []],
    [{ status: { files: { needed_today: 3, ready_today: 2, bytes: 0 } } }, ['files']],
    [{ status: { clock_offset_ms: -3_600_000 } }, ['clock']],
    [{ status: { clock_offset_ms: 5_000 } }, []],
    [{ faults_today: 1 }, ['faults']],
  ])('have problems: %j', (changes, problems) => {
    expect(problemsOf(aPlayer(changes))).toEqual(problems)
  })

  it('are found by name, store, engine and address, whatever the case and the accents', () => {
    const player = aPlayer({ name: 'TV Caja', store_name: 'Gran Vía', address: '192.168.1.7', user_agent: 'Mozilla/5.0 (Web0S) Chrome/79.0' })
    for (const typed of ['caja', 'gran via', 'WEBOS', 'vía tv', '1.7', 'chromium 79']) expect(playerFits(player, typed), typed).toBe(true)
    for (const typed of ['tizen', 'caja sol']) expect(playerFits(player, typed), typed).toBe(false)
  })
})
