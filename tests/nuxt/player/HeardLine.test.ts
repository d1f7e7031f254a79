import { mountSuspended } from '@nuxt/test-utils/runtime'
import { describe, expect, it } from 'vitest'
import HeardLine from '~/components/player/HeardLine.vue'
import { SKIP_REASONS } from '#shared/protocol'
import type { Play } from '#shared/schemas/player'
import { aPlay } from '../../fixtures/dashboard'

async function line(changes: Partial<Play>) {
  const mounted = await mountSuspended(HeardLine, { props: { play: aPlay(changes) } })
  return mounted.text()
}
describe('HeardLine', () => {
  it('says when and where it was heard', async () => {
    const started_at = '2026-11-22T13:02:07.000Z'
    expect(await line({ status: 'played', started_at, ended_at: '2026-11-22T13:02:11.000Z' })).toMatch(/^Escuchado a las \d\d:\d\d:07 en TV Caja 3$/)
  })

  it.each([
    ['pending', 'Esperando a TV Caja 3'],
    ['delivered', 'TV Caja 3 lo ha recibido y espera su turno'],
    ['playing', 'Sonando en TV Caja 3'],
  ] as const)('%s: %s', async (status, words) => {
    expect(await line({ status })).toBe(words)
  })

  it.each(SKIP_REASONS)('says in human words why it was skipped: %s', async (reason) => {
    const words = await line({ status: 'skipped', reason })
    expect(words).toMatch(/^No ha sonado en TV Caja 3: \p{L}/u)
    expect(words).not.toContain(reason)
    expect(words).not.toContain('player.reason')
  })
})
