const ONE_YEAR_S = 365 * 24 * 60 * 60

/**
 * Keeps the language that a person chose. Not guessed from the browser: a shop's computers often run in English
 * while its people read Spanish.
 */
export default defineNuxtPlugin({
  name: 'locale',
  enforce: 'pre',
  setup(nuxtApp) {
    const chosen = useCookie<string | null>('mediaflow_locale', { maxAge: ONE_YEAR_S, sameSite: 'lax', path: '/', default: () => null })

    // `initialSetup` stays true for good where routes carry no locale, so the first switch is told by counting.
    let first = true
    nuxtApp.hook('i18n:beforeLocaleSwitch', (data) => {
      if (first) data.newLocale = chosen.value === 'en' ? 'en' : 'es'
      first = false
    })
    nuxtApp.hook('i18n:localeSwitched', ({ newLocale, oldLocale }) => {
      if (import.meta.client && oldLocale !== newLocale && !nuxtApp.isHydrating) chosen.value = newLocale
    })
  },
})
