import { beforeEach, describe, expect, it, vi } from 'vitest'
import { memoryStore } from '../../../../player/core/keep'
import { createReloads } from '../../../../player/core/reloads'

const reload = vi.fn()
let now: number
let store: ReturnType<typeof memoryStore>
const page = () => createReloads(store, () => now, reload)

beforeEach(() => {
  reload.mockClear()
  now = Date.UTC(2026, 10, 23)
  store = memoryStore()
})

describe('a page that begins anew by itself', () => {
  it('does so once in ten minutes', () => {
    expect(page().begin()).toBe(true)
    now += 599_000
    expect(page().begin()).toBe(false)
    now += 2_000
    expect(page().begin()).toBe(true)
    expect(reload).toHaveBeenCalledTimes(2)
  })

  it('never again where that only made it ask for a key, until it comes back with its sound', () => {
    page().begin()
    page().cameBack(true)
    now += 86_400_000
    expect(page().begin()).toBe(false)
    page().cameBack(false)
    expect(page().begin()).toBe(true)
  })

  it('may do so once for a socket that cannot be had, until there was one again', () => {
    expect(page().mayForSocket()).toBe(true)
    page().begin()
    now += 3_600_000
    expect(page().mayForSocket()).toBe(false)
    page().hasSocket()
    expect(page().mayForSocket()).toBe(true)
  })
})
