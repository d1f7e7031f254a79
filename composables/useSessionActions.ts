import type { AcceptInvitationSchema, Me, SetUp } from '#shared/schemas/client'
import { safeRedirect } from '#shared/utils/same-origin'
import type { z } from 'zod'

/** Coming in and going out. Whoever changes the person or the client starts from a clean page. */
export function useSessionActions() {
  const { apiPost, apiPatch } = useApi()
  const store = useClientStore()
  const { success, failure } = useNotification()
  const { t } = useI18n()

  async function signIn(email: string, password: string, redirect?: unknown) {
    await apiPost('/api/auth/sign-in/email', { email, password })
    await store.load()
    await navigateTo(safeRedirect(redirect))
  }

  async function signOut() {
    try {
      await apiPost('/api/auth/sign-out', {})
      reloadNuxtApp({ path: '/sign-in', force: true })
    }
    catch (thrown) {
      failure(t('common.user.sign_out_failed'), thrown)
    }
  }

  async function setUp(request: SetUp) {
    store.set(await apiPost<Me>('/api/v1/client/setup', request))
    await navigateTo('/')
  }

  async function acceptInvitation(invitation_id: string, request: z.input<typeof AcceptInvitationSchema>) {
    await apiPost<Me>(`/api/v1/client/invitations/${invitation_id}/accept`, request)
    reloadNuxtApp({ path: '/', force: true })
  }

  async function rename(name: string) {
    store.set(await apiPatch<Me>('/api/v1/client/me', { name }))
    success(t('client.profile.renamed'))
  }

  async function changePassword(currentPassword: string, newPassword: string) {
    await apiPost('/api/auth/change-password', { currentPassword, newPassword, revokeOtherSessions: true })
    success(t('client.profile.changed'), { description: t('client.profile.changed_text') })
  }

  return { signIn, signOut, rename, changePassword, setUp, acceptInvitation }
}
