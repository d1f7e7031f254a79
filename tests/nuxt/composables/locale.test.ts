import { afterEach, describe, expect, it, vi } from 'vitest'
import { type useI18n, useCookie, useNuxtApp } from '#imports'

const i18n = () => useNuxtApp().$i18n as ReturnType<typeof useI18n>

describe('the language', () => {
  afterEach(() => i18n().setLocale('es'))

  it('is Spanish until somebody chooses, whatever the browser speaks', () => {
    expect(navigator.language).toMatch(/^en/)
    expect(i18n().locale.value).toBe('es')
  })

  it('can be switched there and back, and is remembered', async () => {
    await i18n().setLocale('en')
    expect(i18n().locale.value).toBe('en')
    await vi.waitFor(() => expect(document.cookie).toContain('mediaflow_locale=en'))
    await i18n().setLocale('es')
    expect(i18n().locale.value).toBe('es')
    await vi.waitFor(() => expect(useCookie('mediaflow_locale').value).toBe('es'))
  })
})
