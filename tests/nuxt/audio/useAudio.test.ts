import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mountSuspended } from '@nuxt/test-utils/runtime'
import { defineComponent, h } from 'vue'
import { useToast } from '#imports'
import { useAudio } from '~/composables/useAudio'
import { useAudioStore } from '~/stores/audio'
import { until } from '../dashboard'

const closing = { id: 'a', url: '/media/a.mp3', title: 'Cierre', duration_ms: 4000 }
const opening = { id: 'b', url: '/media/b.mp3', title: 'Apertura', duration_ms: 9000 }

/** happy-dom sounds nothing: its element is told what a real one would say. */
const elements = new Set<HTMLMediaElement>()
let playable: Error | null = null

async function audio() {
  let used!: ReturnType<typeof useAudio>
  await mountSuspended(defineComponent({ setup() {
    used = useAudio()
    return () => h('i')
  } }))
  return used
}

describe('useAudio', () => {
  beforeEach(() => {
    vi.spyOn(HTMLMediaElement.prototype, 'play').mockImplementation(async function (this: HTMLMediaElement) {
      elements.add(this)
      if (playable) throw playable
      this.dispatchEvent(new Event('playing'))
    })
    vi.spyOn(HTMLMediaElement.prototype, 'pause').mockImplementation(function (this: HTMLMediaElement) {
      this.dispatchEvent(new Event('pause'))
    })
  })
  afterEach(async () => {
    playable = null
    ;(await audio()).stop()
    vi.restoreAllMocks()
  })

  it('has one sound at a time, in one element', async () => {
    const { play, isPlaying } = await audio()
    await play(closing)
    expect([isPlaying('a'), isPlaying('b')]).toEqual([true, false])
    await play(opening)
    expect([isPlaying('a'), isPlaying('b')]).toEqual([false, true])
    expect(elements.size).toBe(1)
    expect([...elements][0]!.src).toContain('/media/b.mp3')
  })

  it('is the same for everybody who uses it', async () => {
    await (await audio()).play(closing)
    expect((await audio()).isPlaying('a')).toBe(true)
  })

  it('sounds between its cues, and is at its beginning afterwards', async () => {
    const { play, seek, isPlaying, positionOf } = await audio()
    const cut = { ...opening, from_ms: 2000, to_ms: 5000 }
    await play(cut)
    expect(positionOf('b')).toBe(2000)
    const element = [...elements][0]!
    const reach = (seconds: number) => {
      element.currentTime = seconds
      element.dispatchEvent(new Event('timeupdate'))
    }
    reach(4.9)
    expect(isPlaying('b')).toBe(true)
    reach(5.1)
    expect([isPlaying('b'), positionOf('b')]).toEqual([false, 0])
    await play(cut)
    expect(positionOf('b')).toBe(2000)
    seek(cut, 7000)
    reach(7.2)
    expect(isPlaying('b')).toBe(true)
  })

  it('plays and pauses with one gesture, and goes on from where it was', async () => {
    const { toggle, seek, positionOf, isPlaying } = await audio()
    await toggle(closing)
    seek(closing, 2500)
    await toggle(closing)
    expect(isPlaying('a')).toBe(false)
    await toggle(closing)
    expect(isPlaying('a')).toBe(true)
    expect(positionOf('a')).toBe(2500)
  })

  it('seeks inside the sound only, and knows no position of another one', async () => {
    const { seek, positionOf } = await audio()
    seek(closing, 99_000)
    expect(positionOf('a')).toBe(4000)
    seek(closing, -5)
    expect(positionOf('a')).toBe(0)
    expect(positionOf('b')).toBe(0)
  })

  it('stands at the beginning again after the end', async () => {
    const { play, seek, positionOf, isPlaying } = await audio()
    await play(closing)
    seek(closing, 3900)
    const [element] = elements
    element!.dispatchEvent(new Event('ended'))
    expect(isPlaying('a')).toBe(false)
    expect(positionOf('a')).toBe(0)
  })

  it('says what cannot be played, and lets go of it', async () => {
    const { play, isCurrent } = await audio()
    playable = new DOMException('no source', 'NotSupportedError')
    await play(closing)
    expect(isCurrent('a')).toBe(false)
    expect(useAudioStore().loading).toBe(false)
    await until(() => expect(useToast().toasts.value.at(-1)?.title).toBe('No se puede reproducir «Cierre»'))
  })

  it('keeps quiet about a sound that another one replaced', async () => {
    const { play, isCurrent } = await audio()
    const before = useToast().toasts.value.length
    playable = new DOMException('interrupted', 'AbortError')
    await play(closing)
    expect(isCurrent('a')).toBe(true)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(useToast().toasts.value).toHaveLength(before)
  })
})
