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
