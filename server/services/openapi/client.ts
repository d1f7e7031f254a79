import { AcceptInvitationSchema, ActiveClientSchema, ApiKeySchema, ClientSchema, CreatedApiKeySchema, DeleteStoreGroupQuerySchema, InvitationSchema, MemberPatchSchema, MemberSchema, MePatchSchema, MeSchema, NewApiKeySchema, NewClientSchema, NewInvitationSchema, NewStoreGroupSchema, NewStoreSchema, SetUpSchema, SetUpStateSchema, StoreGroupPatchSchema, StoreGroupSchema, StorePatchSchema, StoreSchema } from '../../../shared/schemas/client'
import { listOf } from '../../../shared/schemas/common'
import type { RouteDoc } from './types'

const tag = 'client'

export const clientRoutes: RouteDoc[] = [
  { method: 'get', path: '/api/v1/client/setup', tag, summary: 'Whether the first account is still to be made', access: 'public', answer: [200, SetUpStateSchema] },
  { method: 'post', path: '/api/v1/client/setup', tag, summary: 'Make the first admin, client and store, with the token from the console', access: 'public', body: SetUpSchema, answer: [201, MeSchema], errors: [400, 403, 409, 429] },
  { method: 'get', path: '/api/v1/client/me', tag, summary: 'Who is signed in, and the clients of that person', access: 'public', answer: [200, MeSchema] },
  { method: 'patch', path: '/api/v1/client/me', tag, summary: 'Change your own name', access: 'person', body: MePatchSchema, answer: [200, MeSchema], errors: [400] },
  { method: 'put', path: '/api/v1/client/active', tag, summary: 'Act for another client from now on', access: 'person', body: ActiveClientSchema, answer: [200, MeSchema], errors: [400, 404] },
  { method: 'post', path: '/api/v1/client/clients', tag, summary: 'Add a client with its first store; you become its owner', access: 'admin', body: NewClientSchema, answer: [201, ClientSchema], errors: [400], repeatable: true },
  { method: 'get', path: '/api/v1/client/stores', tag, summary: 'The stores', access: 'viewer', answer: [200, listOf(StoreSchema)] },
  { method: 'post', path: '/api/v1/client/stores', tag, summary: 'Add a store', access: 'editor', body: NewStoreSchema, answer: [201, StoreSchema], errors: [400], repeatable: true },
  { method: 'patch', path: '/api/v1/client/stores/{store_id}', tag, summary: 'Change a store', access: 'editor', body: StorePatchSchema, answer: [200, StoreSchema], errors: [400, 404] },
  { method: 'delete', path: '/api/v1/client/stores/{store_id}', tag, summary: 'Remove a store that has no players', access: 'editor', answer: [204, null], errors: [404, 409] },
  { method: 'get', path: '/api/v1/client/groups', tag, summary: 'The groups of stores', access: 'viewer', answer: [200, listOf(StoreGroupSchema)] },
  { method: 'post', path: '/api/v1/client/groups', tag, summary: 'Put stores together in a group; what airs in the group airs in all of them', access: 'editor', body: NewStoreGroupSchema, answer: [201, StoreGroupSchema], errors: [400, 404, 409], repeatable: true },
  { method: 'get', path: '/api/v1/client/groups/{group_id}', tag, summary: 'One group of stores', access: 'viewer', answer: [200, StoreGroupSchema], errors: [404] },
  { method: 'patch', path: '/api/v1/client/groups/{group_id}', tag, summary: 'Rename a group, or change its stores; their players know at once', access: 'editor', body: StoreGroupPatchSchema, answer: [200, StoreGroupSchema], errors: [400, 404, 409] },
  { method: 'delete', path: '/api/v1/client/groups/{group_id}', tag, summary: 'Remove a group that no schedule airs in; its stores stay', access: 'editor', query: DeleteStoreGroupQuerySchema, answer: [204, null], errors: [400, 404, 409] },
  { method: 'get', path: '/api/v1/client/members', tag, summary: 'The members', access: 'viewer', answer: [200, listOf(MemberSchema)] },
  { method: 'patch', path: '/api/v1/client/members/{member_id}', tag, summary: 'Give a member another role', access: 'owner', body: MemberPatchSchema, answer: [200, MemberSchema], errors: [400, 404, 409] },
  { method: 'delete', path: '/api/v1/client/members/{member_id}', tag, summary: 'Take a member out of the client', access: 'owner', answer: [204, null], errors: [404, 409] },
  { method: 'get', path: '/api/v1/client/invitations', tag, summary: 'Open invitations', access: 'owner', answer: [200, listOf(InvitationSchema)] },
  { method: 'post', path: '/api/v1/client/invitations', tag, summary: 'Invite a person; the answer has the link to hand over', access: 'owner', person_only: true, body: NewInvitationSchema, answer: [201, InvitationSchema], errors: [400, 409], repeatable: true },
  { method: 'get', path: '/api/v1/client/invitations/{invitation_id}', tag, summary: 'What an invited person sees', access: 'public', answer: [200, InvitationSchema], errors: [404, 429] },
  { method: 'delete', path: '/api/v1/client/invitations/{invitation_id}', tag, summary: 'Take an invitation back', access: 'owner', answer: [204, null], errors: [404] },
  { method: 'post', path: '/api/v1/client/invitations/{invitation_id}/accept', tag, summary: 'Accept an invitation and sign in', access: 'public', body: AcceptInvitationSchema, answer: [200, MeSchema], errors: [400, 403, 404, 422, 429] },
  { method: 'get', path: '/api/v1/client/keys', tag, summary: 'API keys of scripts', access: 'owner', answer: [200, listOf(ApiKeySchema)] },
  { method: 'post', path: '/api/v1/client/keys', tag, summary: 'Make an API key; it is shown in this answer only', access: 'owner', person_only: true, body: NewApiKeySchema, answer: [201, CreatedApiKeySchema], errors: [400] },
  { method: 'delete', path: '/api/v1/client/keys/{key_id}', tag, summary: 'Revoke an API key at once', access: 'owner', answer: [204, null], errors: [404] },
]
