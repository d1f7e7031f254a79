/**
 * Whoever asks, list or button: when the session ended meanwhile, the person signs in again and comes back to this page.
 */
export default defineNuxtPlugin({
  name: 'session',
  setup({ payload }) {
    const router = useRouter()
    const client = useClientStore()

    function signInAgain() {
      if (!client.user) return
      client.set(null)
      void router.push({ path: '/sign-in', query: { redirect: router.currentRoute.value.fullPath } })
    }

    window.addEventListener(SESSION_ENDED, signInAgain)
    // What a list could not be read for stands there, also long after.
    watch(() => Object.values(payload._errors), (errors, before) => {
      for (const error of errors) if (error && !before.includes(error)) sayIfSessionEnded(toApiError(error))
    })
  },
})
