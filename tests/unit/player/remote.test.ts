import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Remote } from '../../../player/remote'
import { listenToRemote } from '../../../player/remote'
import { createKeys } from '../../../player/view/keys'

function remote(given?: Remote) {
  const target = new EventTarget()
  const calls: string[] = []
  const spy = (name: string) => (...given: unknown[]) => void calls.push([name, ...given].join(' '))
  listenToRemote(target as Window, given ?? { press: spy('press'), turn: spy('turn'), ok: spy('ok'), aside: spy('aside'), back: spy('back') })
  const key = (keyCode: number, about: object = {}) => {
    const event = Object.assign(new Event('keydown', { cancelable: true }), { keyCode, repeat: false, ...about })
    target.dispatchEvent(event)
    return event
  }
  const tap = () => ['touchstart', 'mousedown', 'click'].forEach(gesture => target.dispatchEvent(new Event(gesture)))
  return { target, calls, key, tap }
}

describe('a remote control', () => {
  it('unlocks the sound with any key, inside the handler', () => {
    const { key, calls } = remote()
    expect(key(403).defaultPrevented).toBe(false)
    expect(calls).toEqual(['press true'])
  })

  it.each([
    [38, ['press true', 'turn 1']], [40, ['press true', 'turn -1']], [37, ['press true', 'aside']], [39, ['press true', 'aside']], [13, ['press true', 'ok']],
  ])('key %i does %j, and scrolls nothing', (code, expected) => {
    const { key, calls } = remote()
    expect(key(code).defaultPrevented).toBe(true)
    expect(calls).toEqual(expected)
  })

  it('says OK once, however long it is held', () => {
    const { key, calls } = remote()
    key(13)
    key(13, { repeat: true })
    expect(calls.filter(call => call === 'ok')).toHaveLength(1)
  })

  it.each([461, 10009, 10182, 27, 8, 166])('does not leave the page by key %i', (code) => {
    const { key, calls } = remote()
    expect(key(code).defaultPrevented).toBe(true)
    expect(calls).toEqual(['back'])
  })

  it.each(['mousedown', 'touchstart', 'click'])('a %s is as good as a key', (gesture) => {
    const { target, calls } = remote()
    target.dispatchEvent(new Event(gesture))
    expect(calls[0]).toBe(`press ${gesture === 'click'}`)
  })
})

describe('what the keys do', () => {
  afterEach(() => void vi.useRealTimers())

  function screen(waits: { sound?: boolean, fullscreen?: boolean } = {}) {
    vi.useFakeTimers({ toFake: ['performance'] })
    const has = { sound: !waits.sound, fullscreen: !waits.fullscreen, info: false, declined: false }
    const set = remote(createKeys({
      press: () => void (has.sound = true),
      turn: () => undefined,
      awaited: () => !has.sound,
      fullscreen: { wanted: () => !has.fullscreen && !has.declined, ask: () => void (has.fullscreen = true), decline: () => void (has.declined = true) },
      info: { shown: () => has.info, show: shown => void (has.info = shown) },
    }))
    return { ...set, has, later: () => vi.advanceTimersByTime(2_000) }
  }

  it('one OK gives sound and the whole screen, and opens nothing; the next one does', () => {
    const { key, has, later } = screen({ sound: true, fullscreen: true })
    key(13)
    expect(has).toMatchObject({ sound: true, fullscreen: true, info: false })
    later()
    key(13)
    expect(has.info).toBe(true)
  })

  it('a tap is one gesture, though it is told three times', () => {
    const { tap, has, later } = screen({ fullscreen: true })
    tap()
    expect(has).toMatchObject({ fullscreen: true, info: false })
    later()
    tap()
    expect(has.info).toBe(true)
  })

  it('Back closes what is open, and then declines what is asked', () => {
    const { key, has, later } = screen({ fullscreen: true })
    key(461)
    expect(has).toMatchObject({ declined: true, fullscreen: false })
    later()
    key(39)
    expect(has.info).toBe(true)
    key(461)
    expect(has.info).toBe(false)
  })
})
