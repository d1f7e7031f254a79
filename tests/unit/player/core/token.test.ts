import { describe, expect, it } from 'vitest'
import { memoryStore, storageKeep } from '../../../../player/core/keep'
import { createTokenStore } from '../../../../player/core/token'

function device() {
  const store = memoryStore()
  const keep = storageKeep(memoryStore())
  return { store, keep, boot: () => createTokenStore(keep, store) }
}

describe('the token', () => {
  it('survives a reload, and the loss of either place', async () => {
    const { store, keep, boot } = device()
    await boot().set('secret')
    expect(await boot().load()).toBe('secret')

    store.removeItem('mediaflow_player_token')
    expect(await boot().load()).toBe('secret')
    await keep.remove('token')
    expect(await boot().load()).toBe('secret')
    expect(await keep.get('token')).toBe('secret')
  })

  it('is gone from both when it is forgotten', async () => {
    const { boot } = device()
    const token = boot()
    await token.set('secret')
    await token.forget()
    expect(token.get()).toBeNull()
    expect(await boot().load()).toBeNull()
  })

  it('is had although local storage is full', async () => {
    const keep = storageKeep(memoryStore())
    const full = { ...memoryStore(), setItem: () => {
      throw new Error('full')
    } }
    await createTokenStore(keep, full).set('secret')
    expect(await createTokenStore(keep, full).load()).toBe('secret')
  })
})

describe('a new token', () => {
  async function rotated() {
    const at = device()
    const token = at.boot()
    await token.set('old')
    await token.replace('new')
    return { ...at, token }
  }

  it('is in force at once and over a reload; the old one is forgotten when the server has taken the new', async () => {
    const { token, boot } = await rotated()
    expect(token.get()).toBe('new')
    token.proved('old')
    expect(await boot().load()).toBe('new')
    token.proved('new')
    expect(token.refused('new', true)).toBe(false)
    const later = boot()
    await later.load()
    expect(later.refused('new', true)).toBe(false)
    expect(later.get()).toBe('new')
  })

  it('that is refused gives way to the old one, over a reload too', async () => {
    const { token, boot } = await rotated()
    expect(token.refused('new', true)).toBe(true)
    expect(token.get()).toBe('old')
    expect(await boot().load()).toBe('old')
    token.proved('old')
    expect(token.refused('old', true)).toBe(false)
  })

  it('no pairing is over before both were refused for good', async () => {
    const { token } = await rotated()
    // something between here and the server says no to everything
    expect([token.refused('new', false), token.get()]).toEqual([true, 'old'])
    expect([token.refused('old', false), token.get()]).toEqual([true, 'new'])
    // the server has ended the old one
    expect([token.refused('new', false), token.get()]).toEqual([true, 'old'])
    expect([token.refused('old', true), token.get()]).toEqual([true, 'new'])
    expect([token.refused('new', false), token.get()]).toEqual([false, 'new'])
    expect(token.refused('new', true)).toBe(false)
  })

  it('an answer about one that is not in force says nothing', async () => {
    const { token } = await rotated()
    expect([token.refused('old', true), token.get()]).toEqual([false, 'new'])
  })

  it('that comes twice is kept once', async () => {
    const { token } = await rotated()
    await token.replace('new')
    expect([token.refused('new', true), token.get()]).toEqual([true, 'old'])
  })

  it('is gone with the old one when the pairing is', async () => {
    const { token, boot } = await rotated()
    await token.forget()
    const later = boot()
    expect(await later.load()).toBeNull()
    expect([later.refused('new', true), later.get()]).toEqual([false, null])
  })
})
