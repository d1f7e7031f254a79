import type { Invitation, Member, Role } from '#shared/schemas/client'

/** What owners do with the people of their client. Inviting throws, so that its form can say why. */
export function useMemberActions() {
  const { apiPost, apiPatch, apiDelete } = useApi()
  const { success, failure } = useNotification()
  const confirm = useConfirm()
  const { t } = useI18n()

  async function invite(email: string, role: Role): Promise<Invitation> {
    const invitation = await apiPost<Invitation>('/api/v1/client/invitations', { email, role }, { idempotent: true })
    await refreshNuxtData(CLIENT_KEYS.invitations)
    return invitation
  }

  async function withdraw(invitation: Invitation) {
    try {
      await apiDelete(`/api/v1/client/invitations/${invitation.invitation_id}`)
      success(t('client.members.withdrawn', { email: invitation.email }))
    }
    catch (thrown) {
      failure(t('client.members.withdraw_failed'), thrown)
    }
    await refreshNuxtData(CLIENT_KEYS.invitations)
  }

  async function setRole(member: Member, role: Role) {
    try {
      await apiPatch(`/api/v1/client/members/${member.member_id}`, { role })
      success(t('client.members.role_saved', { name: member.name, role: t(`client.roles.${role}`) }))
    }
    catch (thrown) {
      failure(t('client.members.role_failed'), thrown)
    }
    await refreshNuxtData(CLIENT_KEYS.members)
  }

  async function remove(member: Member) {
    if (!await confirm({ title: t('client.members.remove_title', { name: member.name }), text: t('client.members.remove_text'), action: t('client.members.remove') })) return
    try {
      await apiDelete(`/api/v1/client/members/${member.member_id}`)
      success(t('client.members.removed', { name: member.name }))
    }
    catch (thrown) {
      failure(t('client.members.remove_failed'), thrown)
    }
    await refreshNuxtData(CLIENT_KEYS.members)
  }

  return { invite, withdraw, setRole, remove }
}
