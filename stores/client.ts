import { defineStore } from 'pinia'
import { type Me, type Role, roleAllows } from '#shared/schemas/client'

/** Who is signed in, for which client, and what they may do. Filled once a visit by the auth middleware. */
export const useClientStore = defineStore('client', () => {
  const me = ref<Me | null>(null)
  const user = computed(() => me.value?.user ?? null)
  const client = computed(() => me.value?.client ?? null)
  const clients = computed(() => me.value?.clients ?? [])

  /** Asks the server who is signed in; on the server with the visitor's cookies. */
  async function load() {
    me.value = await useRequestFetch()<Me>('/api/v1/client/me')
    return me.value
  }

  function set(next: Me | null) {
    me.value = next
  }

  /** Whether the signed-in person may do what `role` may do in the active client. */
  function can(role: Role) {
    return client.value !== null && roleAllows(client.value.role, role)
  }

  return { me, user, client, clients, load, set, can }
})
