import { describe, expect, it, vi } from 'vitest'
import { listenToRemote } from '../../../player/remote'

function remote() {
  const target = new EventTarget()
  const press = vi.fn()
  const turn = vi.fn()
  listenToRemote(target as Window, press, turn)
  const key = (keyCode: number) => {
    const event = Object.assign(new Event('keydown', { cancelable: true }), { keyCode })
    target.dispatchEvent(event)
    return event
  }
  return { target, press, turn, key }
}

describe('a remote control', () => {
  it('unlocks the sound with any key, inside the handler', () => {
    const { key, press, turn } = remote()
    expect(key(13).defaultPrevented).toBe(false)
    expect(press).toHaveBeenCalledTimes(1)
    expect(turn).not.toHaveBeenCalled()
  })

  it('turns the volume up and down with its arrows, which scroll nothing', () => {
    const { key, press, turn } = remote()
    expect(key(38).defaultPrevented).toBe(true)
    key(40)
    expect(turn.mock.calls).toEqual([[1], [-1]])
    expect(press).toHaveBeenCalledTimes(2)
  })

  it.each([461, 10009, 10182])('does not leave the page by key %i', (code) => {
    const { key, press } = remote()
    expect(key(code).defaultPrevented).toBe(true)
    expect(press).not.toHaveBeenCalled()
  })

  it.each(['mousedown', 'touchstart', 'click'])('a %s is as good as a key', (gesture) => {
    const { target, press } = remote()
    target.dispatchEvent(new Event(gesture))
    expect(press).toHaveBeenCalledTimes(1)
  })
})
