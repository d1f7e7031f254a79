import { mountSuspended } from '@nuxt/test-utils/runtime'
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import NowPlaying from '~/components/audio/NowPlaying.vue'
import { useAudioStore } from '~/stores/audio'

enableAutoUnmount(afterEach)
const sound = { id: 'a', url: '/media/a.mp3', title: 'Cierre', duration_ms: 4000 }

describe('NowPlaying', () => {
  afterEach(() => Object.assign(useAudioStore(), { sound: null, playing: false, position_ms: 0 }))

  it.each([
    ['goes on after its page was left', { page: '/library' }, true, 1500, true],
    ['was paused on the way', { page: '/library' }, false, 1500, true],
    ['has come to its end', { page: '/library' }, false, 0, false],
    ['is on its own page', { page: '/' }, true, 1500, false],
  ])('a sound that %s', async (_what, { page }, playing, position_ms, shown) => {
    Object.assign(useAudioStore(), { sound: { ...sound, page }, playing, position_ms })
    const bar = await mountSuspended(NowPlaying, { route: '/' })
    expect(bar.text().includes('Cierre')).toBe(shown)
  })

  it('is ended from there', async () => {
    Object.assign(useAudioStore(), { sound: { ...sound, page: '/library' }, playing: true, position_ms: 1500 })
    const bar = await mountSuspended(NowPlaying, { route: '/' })
    await bar.get('[aria-label=Parar]').trigger('click')
    expect(useAudioStore().sound).toBeNull()
  })
})
