import type { SetUpStateSchema } from '#shared/schemas/client'
import type { z } from 'zod'
import { safeRedirect } from '#shared/utils/same-origin'

/** The televisions' page and the API's documentation need nobody. */
const PUBLIC = ['/player', '/docs/api']
/** Pages for people who are not signed in (yet). */
const GUEST = ['/setup', '/sign-in']

export default defineNuxtRouteMiddleware(async (to) => {
  if (PUBLIC.includes(to.path)) return
  const store = useClientStore()
  const me = store.me ?? await store.load()

  if (me.user) return GUEST.includes(to.path) ? navigateTo(safeRedirect(to.query.redirect)) : undefined

  const { needed } = await useRequestFetch()<z.infer<typeof SetUpStateSchema>>('/api/v1/client/setup')
  if (needed) return to.path === '/setup' ? undefined : navigateTo({ path: '/setup', query: to.query.token ? { token: to.query.token } : {} })
  if (to.path === '/sign-in' || to.path.startsWith('/invite/')) return
  return navigateTo({ path: '/sign-in', query: to.fullPath === '/' || to.path === '/setup' ? {} : { redirect: to.fullPath } })
})
