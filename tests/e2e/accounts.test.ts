import { connect } from 'node:net'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ApiKey, CreatedApiKey, Invitation, Me, Member, Store } from '../../shared/schemas/client'
import { addClient, addKey, addMember, ADMIN, ADMIN_ENV, bearerOf, callerOf, cookiesOf, good, makeMessage, pairPlayer, PASSWORD, signIn, type Caller, type TestClient } from '../fixtures/api'
import { openPlayer } from '../fixtures/sockets'
import { startServer, type TestServer } from '../fixtures/server'

const FOREIGN = 'https://elsewhere.example'

describe('the first account, by hand', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.stop())

  const setUp = (more: Record<string, unknown> = {}) => ({
    token: '', name: 'Ana', email: 'Ana@Example.com', password: PASSWORD, client_name: 'Supermercado Sol', store_name: 'Gran Vía 12', time_zone: 'Europe/Madrid', ...more,
  })
  const token = () => /^Set-up token: (\S+)$/m.exec(server.logs())![1]!

  it('is asked for, and wants the token of the console', async () => {
    const anybody = callerOf(server.url)
    expect(await good(anybody.get('client/setup'))).toEqual({ needed: true })
    const refused = await anybody.post('client/setup', setUp({ token: 'a guess' }))
    expect(refused.status).toBe(403)
    expect(refused.error.code).toBe('setup_token_wrong')
    expect(refused.headers.getSetCookie()).toEqual([])
    expect(await good(anybody.get('client/setup'))).toEqual({ needed: true })
  })

  it('says which values are wrong', async () => {
    const { status, error } = await callerOf(server.url).post('client/setup', setUp({ token: token(), email: 'no', password: 'short', time_zone: 'Mars/Olympus' }))
    expect(status).toBe(400)
    expect(error.fields?.map(field => field.path).sort()).toEqual(['email', 'password', 'time_zone'])
  })

  it('is made once, with client and store, and signed in', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => callerOf(server.url).post<Me>('client/setup', setUp({ token: token() }))))
    expect(answers.map(answer => answer.status).sort()).toEqual([201, 409, 409])
    const { body, headers } = answers.find(answer => answer.status === 201)!
    expect(body).toMatchObject({ user: { name: 'Ana', email: 'ana@example.com', is_admin: true }, client: { name: 'Supermercado Sol', role: 'owner' } })
    const ana = callerOf(server.url, { cookie: cookiesOf(headers) })
    expect(await good(ana.get('client/stores'))).toMatchObject({ items: [{ name: 'Gran Vía 12', time_zone: 'Europe/Madrid' }] })
    const again = await callerOf(server.url).post('client/setup', setUp({ token: token(), email: 'b@example.com' }))
    expect([again.status, again.error.code]).toEqual([409, 'setup_done'])
    expect(await good(callerOf(server.url).get('client/setup'))).toEqual({ needed: false })
  })

  it('stays after a restart, which asks for no token', async () => {
    expect(server.logs().match(/Set-up token/g)).toHaveLength(1)
    await server.kill()
    const again = await startServer({ DATA_DIR: server.dir })
    await signIn(again.url, { email: 'ana@example.com', password: PASSWORD })
    expect(again.logs()).not.toContain('Set-up token')
    await again.stop()
  })
})

describe('accounts', () => {
  let server: TestServer
  let admin: Caller
  let client: TestClient
  beforeAll(async () => {
    server = await startServer({ ...ADMIN_ENV, CORS_ORIGINS: 'https://shop.example.com', LOG_LEVEL: 'trace' })
    admin = await signIn(server.url)
    client = await addClient(server.url, admin, 'Supermercado Sol')
  }, 180_000)
  afterAll(() => server.stop())

  const me = (caller: Caller) => good(caller.get<Me>('client/me'))
  const memberOf = async (email: string) => (await good(client.owner.get<{ items: Member[] }>('client/members'))).items.find(member => member.email === email)!

  it('makes the first admin of ADMIN_EMAIL and ADMIN_PASSWORD before it answers anything', async () => {
    expect(await me(admin)).toMatchObject({ user: { email: ADMIN.email, is_admin: true } })
    expect(await good(callerOf(server.url).get('client/setup'))).toEqual({ needed: false })
    expect(server.logs()).not.toContain('Set-up token')
  })

  describe('signing in and out', () => {
    it('sets a cookie that no script reads and no other site sends, secure only when the product is reached by https', async () => {
      const answer = await callerOf(server.url).post('/api/auth/sign-in/email', ADMIN)
      const cookie = answer.headers.getSetCookie().find(line => line.startsWith('mediaflow.session_token='))!
      expect(cookie).toMatch(/; HttpOnly(;|$)/)
      expect(cookie).toMatch(/; SameSite=Lax(;|$)/)
      expect(cookie).toMatch(/; Path=\/(;|$)/)
      expect(cookie).not.toMatch(/; Secure/)
    })

    it.each([
      ['a wrong password', { ...ADMIN, password: 'not the password' }],
      ['an unknown e-mail', { ...ADMIN, email: 'nobody@mediaflow.test' }],
    ])('answers %s with the same 401', async (_, words) => {
      const answer = await callerOf(server.url).post('/api/auth/sign-in/email', words)
      expect(answer.status).toBe(401)
      expect(answer.error).toEqual({ code: 'invalid_email_or_password', message: expect.any(String), request_id: answer.headers.get('x-request-id') })
      expect(answer.headers.getSetCookie()).toEqual([])
    })

    it('answers what is no sign-in with 400', async () => {
      for (const body of [{}, { email: 1, password: [] }, 'text']) expect((await callerOf(server.url).post('/api/auth/sign-in/email', body)).status).toBe(400)
      const broken = await callerOf(server.url).fetch('/api/auth/sign-in/email', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } })
      expect(broken.status).toBe(400)
    })

    it('ends the session of whoever signs out, and no other', async () => {
      const [first, second] = [await signIn(server.url), await signIn(server.url)]
      await good(first.post('/api/auth/sign-out', {}))
      expect((await me(first)).user).toBeNull()
      expect((await first.get('library')).status).toBe(401)
      expect((await me(second)).user).not.toBeNull()
    })

    it('changes the password of whoever knows it, and ends the other sessions', async () => {
      const email = 'changes@mediaflow.test'
      const person = await addMember(server.url, client.owner, 'viewer', email)
      const elsewhere = await signIn(server.url, { email, password: PASSWORD })
      const wrong = await person.post('/api/auth/change-password', { currentPassword: 'not the password', newPassword: 'otra clave larga' })
      expect(wrong.status).toBe(400)
      await good(person.post('/api/auth/change-password', { currentPassword: PASSWORD, newPassword: 'otra clave larga', revokeOtherSessions: true }))
      expect((await me(elsewhere)).user).toBeNull()
      expect((await callerOf(server.url).post('/api/auth/sign-in/email', { email, password: PASSWORD })).status).toBe(401)
      await signIn(server.url, { email, password: 'otra clave larga' })
    })

    it('lets out no other route of its accounts library', async () => {
      const paths = ['sign-up/email', 'organization/create', 'organization/list', 'organization/invite-member', 'api-key/create', 'api-key/list', 'admin/list-users', 'admin/set-role', 'admin/impersonate-user', 'forget-password', 'reset-password', 'update-user', 'delete-user', 'list-sessions', 'error', 'ok', 'sign-in/email/', 'sign-in/../admin/list-users']
      for (const path of paths) {
        for (const caller of [callerOf(server.url), admin]) {
          expect((await caller.get(`/api/auth/${path}`)).status, `GET ${path}`).toBe(404)
          expect((await caller.post(`/api/auth/${path}`, {})).status, `POST ${path}`).toBe(404)
        }
      }
      expect((await callerOf(server.url).get('/api/auth/get-session')).status).toBe(200)
    })
  })

  describe('clients and roles', () => {
    it('switches a person between their clients', async () => {
      const second = await addClient(server.url, admin, 'Zapatería Luna')
      expect((await me(admin)).client?.client_id).toBe(second.client_id)
      const switched = await good(admin.put<Me>('client/active', { client_id: client.client_id }))
      expect(switched.client).toMatchObject({ client_id: client.client_id, name: 'Supermercado Sol' })
      expect(switched.clients).toHaveLength(3)
      expect((await me(admin)).client?.client_id).toBe(client.client_id)
      expect((await client.owner.put('client/active', { client_id: second.client_id })).status).toBe(404)
    })

    it('gives each role what it may, at once when it changes', async () => {
      const email = 'rises@mediaflow.test'
      const person = await addMember(server.url, client.owner, 'viewer', email)
      const tries = async () => (await Promise.all([person.get('library'), person.post('client/stores', { name: 'Sur', time_zone: 'UTC' }), person.get('client/keys')])).map(answer => answer.status)
      expect(await tries()).toEqual([200, 403, 403])
      const { member_id } = await memberOf(email)
      await good(client.owner.patch(`client/members/${member_id}`, { role: 'editor' }))
      expect(await tries()).toEqual([200, 201, 403])
      await good(client.owner.patch(`client/members/${member_id}`, { role: 'owner' }))
      expect(await tries()).toEqual([200, 201, 200])
      await good(client.owner.delete(`client/members/${member_id}`))
      expect(await tries()).toEqual([403, 403, 403])
      expect((await me(person)).client).toBeNull()
    })

    it('keeps an owner in every client, also when two leave at the same moment', async () => {
      const alone = await addClient(server.url, admin, 'Dos Dueños')
      const { items } = await good(alone.owner.get<{ items: Member[] }>('client/members'))
      const owners = items.filter(member => member.role === 'owner')
      expect(owners).toHaveLength(2)
      const answers = await Promise.all(owners.map(owner => alone.owner.patch(`client/members/${owner.member_id}`, { role: 'viewer' })))
      // The second finds itself demoted already (403), or the last one left (409).
      expect(answers.filter(answer => answer.status === 200)).toHaveLength(1)
      expect((await good(alone.viewer.get<{ items: Member[] }>('client/members'))).items.filter(member => member.role === 'owner')).toHaveLength(1)
    })

    it('refuses to demote or remove the last owner', async () => {
      const alone = await addClient(server.url, admin, 'Un Dueño')
      const owners = (await good(alone.owner.get<{ items: Member[] }>('client/members'))).items.filter(member => member.role === 'owner')
      const host = owners.find(member => member.email === ADMIN.email)!
      const last = owners.find(member => member.email !== ADMIN.email)!
      await good(alone.owner.delete(`client/members/${host.member_id}`))
      for (const answer of [await alone.owner.patch(`client/members/${last.member_id}`, { role: 'editor' }), await alone.owner.delete(`client/members/${last.member_id}`)]) {
        expect([answer.status, answer.error.code]).toEqual([409, 'last_owner'])
      }
      expect((await me(alone.owner)).client?.role).toBe('owner')
    })

    it('lets a platform admin without any client make one, safely repeated', async () => {
      const body = { name: 'Nueva', store_name: 'Centro', time_zone: 'UTC' }
      const key = { 'idempotency-key': 'new-client-1' }
      const [first, second] = [await good(admin.post<{ client_id: string }>('client/clients', body, key)), await good(admin.post<{ client_id: string }>('client/clients', body, key))]
      expect(second).toEqual(first)
      expect((await client.owner.post('client/clients', body)).status).toBe(403)
    })
  })

  describe('one\'s own name', () => {
    it('is changed by anybody for themselves, and is the one that the others see', async () => {
      const viewer = await addMember(server.url, client.owner, 'viewer')
      expect((await good(viewer.patch<Me>('client/me', { name: '  Ana María ' }))).user).toMatchObject({ name: 'Ana María', is_admin: false })
      const { user } = await good(viewer.get<Me>('client/me'))
      expect(user!.name).toBe('Ana María')
      const { items } = await good(client.owner.get<{ items: Member[] }>('client/members'))
      expect(items.find(member => member.email === user!.email)!.name).toBe('Ana María')
    })

    it.each([['nothing', '  '], ['no text', 7], ['too much', 'x'.repeat(121)], ['control characters', 'Ana\u0007']])('is not %s', async (_, name) => {
      const answer = await client.viewer.patch('client/me', { name })
      expect(answer.status).toBe(400)
      expect(answer.error.fields).toEqual([expect.objectContaining({ path: 'name' })])
    })

    it('is none for a script', async () => {
      const script = await addKey(server.url, client.owner, 'owner')
      expect((await script.patch('client/me', { name: 'Caja central' })).status).toBe(403)
    })
  })

  describe('opening hours', () => {
    it('are kept as they were given, and go when they are taken away', async () => {
      const opening_hours = { 1: [['09:00', '14:00'], ['17:00', '24:00']], 7: [] }
      const { store_id } = await good(client.editor.post<Store>('client/stores', { name: 'Con horario', time_zone: 'Europe/Madrid', opening_hours }))
      const kept = async () => (await good(client.editor.get<{ items: Store[] }>('client/stores'))).items.find(store => store.store_id === store_id)!.opening_hours
      expect(await kept()).toEqual(opening_hours)
      const refused = await client.editor.patch(`client/stores/${store_id}`, { opening_hours: { 1: [['09:00', '14:00'], ['13:00', '15:00']] } })
      expect([refused.status, refused.error.fields]).toEqual([400, [{ path: 'opening_hours.1.1', message: 'must not overlap another' }]])
      await good(client.editor.patch(`client/stores/${store_id}`, { opening_hours: null }))
      expect(await kept()).toBeNull()
    })
  })

  describe('invitations', () => {
    const invite = (email: string, role = 'editor') => good(client.owner.post<Invitation>('client/invitations', { email, role }))
    const accept = (id: string, body: unknown) => callerOf(server.url).post<Me>(`client/invitations/${id}/accept`, body)

    it('brings a new person in, once', async () => {
      const { invitation_id, url } = await invite('New@Person.test')
      expect(url).toBe(`/invite/${invitation_id}`)
      expect(await good(callerOf(server.url).get(`client/invitations/${invitation_id}`))).toMatchObject({ email: 'new@person.test', role: 'editor', client_name: 'Supermercado Sol', has_account: false })
      expect((await accept(invitation_id, { password: PASSWORD })).error.code).toBe('name_required')
      expect((await accept(invitation_id, { name: 'Nueva', password: 'short' })).status).toBe(400)
      const accepted = await good(accept(invitation_id, { name: 'Nueva', password: PASSWORD }))
      expect(accepted).toMatchObject({ user: { email: 'new@person.test', is_admin: false }, client: { role: 'editor' } })
      expect((await accept(invitation_id, { name: 'Otra', password: PASSWORD })).status).toBe(404)
      expect((await callerOf(server.url).get(`client/invitations/${invitation_id}`)).status).toBe(404)
    })

    it('accepts one of several simultaneous uses', async () => {
      const { invitation_id } = await invite('racing@person.test')
      const answers = await Promise.all([1, 2, 3].map(() => accept(invitation_id, { name: 'Rápida', password: PASSWORD })))
      expect(answers.map(answer => answer.status).sort()).toEqual([200, 404, 404])
    })

    it('asks a person with an account for its password, and leaves the invitation open when it is wrong', async () => {
      const email = 'twice@person.test'
      await addMember(server.url, admin, 'viewer', email)
      const { invitation_id } = await invite(email)
      const wrong = await accept(invitation_id, { name: 'X', password: 'not the password' })
      expect([wrong.status, wrong.error.code]).toEqual([403, 'wrong_password'])
      expect((await good(accept(invitation_id, { password: PASSWORD }))).clients.length).toBeGreaterThanOrEqual(1)
    })

    it('ends when it is taken back, or made anew for the same e-mail', async () => {
      const first = await invite('gone@person.test')
      const second = await invite('gone@person.test', 'viewer')
      expect((await accept(first.invitation_id, { name: 'X', password: PASSWORD })).status).toBe(404)
      await good(client.owner.delete(`client/invitations/${second.invitation_id}`))
      expect((await accept(second.invitation_id, { name: 'X', password: PASSWORD })).status).toBe(404)
      expect((await client.owner.post('client/invitations', { email: 'new@person.test', role: 'viewer' })).error.code).toBe('already_member')
    })
  })

  describe('keys', () => {
    it('are shown once, speak with their role, and stop at once', async () => {
      const { key, key_id, start } = await good(client.owner.post<CreatedApiKey>('client/keys', { name: 'Caja', role: 'viewer' }))
      expect(key.startsWith(start)).toBe(true)
      expect(key.length).toBeGreaterThan(start.length + 20)
      const script = bearerOf(server.url, key)
      expect((await script.get('library')).status).toBe(200)
      expect((await script.post('client/stores', { name: 'Sur', time_zone: 'UTC' })).status).toBe(403)
      const list = await client.owner.get<{ items: ApiKey[] }>('client/keys')
      expect(list.text).not.toContain(key)
      expect(list.body.items.find(row => row.key_id === key_id)).toMatchObject({ name: 'Caja', role: 'viewer', last_used_at: expect.any(String) })
      await good(client.owner.delete(`client/keys/${key_id}`))
      expect((await script.get('library')).status).toBe(401)
    })

    it('are not found when they are wrong, whatever cookie comes with them', async () => {
      for (const key of ['mf_wrong', 'mfp_wrong', 'x'.repeat(512), 'a.b.c']) {
        const answer = await callerOf(server.url, { authorization: `Bearer ${key}`, cookie: client.owner.headers.cookie! }).get('library')
        expect([answer.status, answer.error.code], key).toEqual([401, 'unauthenticated'])
      }
    })
  })

  describe('pages of other sites', () => {
    const act = (headers: Record<string, string>) => client.owner.post('client/stores', { name: 'Forged', time_zone: 'UTC' }, headers)

    it.each([
      ['a foreign origin', { origin: FOREIGN }, 403],
      ['a sandboxed page', { origin: 'null' }, 403],
      ['the same host on another port', { origin: 'http://127.0.0.1:1' }, 403],
      ['a cross-site request without an origin', { 'sec-fetch-site': 'cross-site' }, 403],
      ['a sibling site', { 'sec-fetch-site': 'same-site' }, 403],
      ['our own page', { 'sec-fetch-site': 'same-origin' }, 201],
      ['an origin in CORS_ORIGINS', { 'origin': 'https://shop.example.com', 'sec-fetch-site': 'cross-site' }, 201],
    ])('%s, with the person\'s cookie', async (_, headers, expected) => {
      const answer = await act(headers as Record<string, string>)
      expect(answer.status).toBe(expected)
      if (expected === 403) expect(answer.error.code).toBe('foreign_origin')
    })

    it('cannot sign anybody in or out', async () => {
      for (const headers of [{ origin: FOREIGN }, { origin: 'null' }]) {
        expect((await callerOf(server.url).post('/api/auth/sign-in/email', ADMIN, headers)).status).toBe(403)
        expect((await client.viewer.post('/api/auth/sign-out', {}, headers)).status).toBe(403)
      }
      expect((await me(client.viewer)).user).not.toBeNull()
    })

    it('are answered to read us only when CORS_ORIGINS names them', async () => {
      const preflight = (origin: string) => callerOf(server.url).fetch('/api/v1/library', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } })
      const allowed = await preflight('https://shop.example.com')
      expect(allowed.status).toBe(204)
      expect(allowed.headers.get('access-control-allow-origin')).toBe('https://shop.example.com')
      expect(allowed.headers.get('access-control-allow-credentials')).toBe('true')
      expect((await preflight(FOREIGN)).headers.get('access-control-allow-origin')).toBeNull()
      expect((await client.owner.get('library', { origin: FOREIGN })).headers.get('access-control-allow-origin')).toBeNull()
      expect((await client.owner.get('library', { origin: 'https://shop.example.com' })).headers.get('access-control-allow-origin')).toBe('https://shop.example.com')
    })
  })

  describe('limits', () => {
    async function untilRefused(act: () => Promise<{ status: number, headers: Headers, error: { code: string } }>, most: number) {
      for (let times = 0; times <= most; times++) {
        const answer = await act()
        if (answer.status === 429) return { times, code: answer.error.code, wait_s: Number(answer.headers.get('retry-after')) }
      }
      throw new Error(`Not refused after ${most} times.`)
    }
    const inTime = { code: 'rate_limited', wait_s: expect.toSatisfy((wait: number) => wait >= 1 && wait <= 60) }

    it('hold whoever guesses passwords, and nobody else', async () => {
      const guesser = callerOf(server.url)
      expect(await untilRefused(() => guesser.post('/api/auth/sign-in/email', { ...ADMIN, password: 'a guess, again' }), 15)).toEqual({ times: 10, ...inTime })
      expect((await guesser.post('/api/auth/sign-in/email', ADMIN)).status).toBe(429)
      await signIn(server.url)
    })

    it('are not fooled by addresses that the caller writes in front', async () => {
      const [address] = [callerOf(server.url).headers['x-forwarded-for']!]
      let spoofed = 0
      expect(await untilRefused(() => callerOf(server.url, { 'x-forwarded-for': `1.2.3.${spoofed++}, ${address}` }).post('/api/auth/sign-in/email', { ...ADMIN, password: 'a guess, again' }), 15)).toMatchObject({ times: 10 })
    })

    it('hold whoever asks for pairing codes', async () => {
      const television = callerOf(server.url)
      expect(await untilRefused(() => television.post('player/pairings'), 65)).toEqual({ times: 60, ...inTime })
    })

    it('hold whoever tries codes, and not whoever has many televisions', async () => {
      for (let number = 1; number <= 12; number++) await pairPlayer(server.url, client.editor, { name: `TV ${number}`, store_id: client.store_id })
      expect(await untilRefused(() => client.editor.post('player/pairings/approve', { code: 'ABCD2345', name: 'TV', store_id: client.store_id }), 15)).toEqual({ times: 10, ...inTime })
    })

    it('hold whoever generates without end, and count each client alone', async () => {
      const [busy, calm] = [await addClient(server.url, admin, 'Sin Fin'), client]
      expect(await untilRefused(() => busy.editor.post('audio/generate', { text: '', voice_id: busy.voice_id }), 65)).toEqual({ times: 60, ...inTime })
      expect((await calm.editor.post('audio/generate', { text: '', voice_id: calm.voice_id })).status).toBe(422)
    })
  })

  describe('answers', () => {
    it('carry the headers that protect a page, with a nonce of their own', async () => {
      const answers = await Promise.all([1, 2].map(() => callerOf(server.url).fetch('/sign-in')))
      const nonces = await Promise.all(answers.map(async (answer) => {
        expect(answer.status).toBe(200)
        const policy = answer.headers.get('content-security-policy')!
        const nonce = /script-src [^;]*'nonce-([^']+)'/.exec(policy)![1]!
        expect(policy).toContain('default-src \'self\'')
        expect(policy).toContain('frame-ancestors \'none\'')
        expect(policy).toContain('object-src \'none\'')
        expect(policy).not.toMatch(/script-src[^;]*unsafe/)
        const inline = [...(await answer.text()).matchAll(/<script\b[^>]*>/g)].map(match => match[0]).filter(tag => !tag.includes(' src="/'))
        expect(inline.length).toBeGreaterThan(0)
        expect(inline.filter(tag => !tag.includes(`nonce="${nonce}"`))).toEqual([])
        return nonce
      }))
      expect(nonces[0]).not.toBe(nonces[1])
      const { headers } = answers[0]!
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('permissions-policy')).toContain('camera=()')
      expect(headers.get('x-powered-by')).toBeNull()
    })

    it('have an id each, the same in header, error and log', async () => {
      const answers = await Promise.all([1, 2].map(() => callerOf(server.url).get('library/nothing', { 'x-request-id': 'forged' })))
      const ids = answers.map(answer => answer.headers.get('x-request-id')!)
      expect(new Set([...ids, 'forged']).size).toBe(3)
      expect(answers.map(answer => answer.error.request_id)).toEqual(ids)
      for (const id of ids) await expect.poll(() => linesOf(server).find(line => line.request_id === id)).toMatchObject({ method: 'GET', path: '/api/v1/library/nothing', status: 401, ms: expect.any(Number) })
    })

    it('leave the connection open for longer than a reverse proxy does', async () => {
      expect((await callerOf(server.url).get('health')).headers.get('keep-alive')).toBe('timeout=65')
    })

    it('are logged with their client, one line each', async () => {
      const { headers } = await client.viewer.get('library?q=secreto')
      const id = headers.get('x-request-id')
      await expect.poll(() => linesOf(server).filter(line => line.request_id === id)).toEqual([expect.objectContaining({ room: 'http', client_id: client.client_id, path: '/api/v1/library', status: 200, level: 'info', time: expect.any(String) })])
    })

    it.each(['/api/v1/nothing', '/api/nothing', '/api/v1/client', '/media/nothing.mp3', '/api/v1/library/..%2F..%2Fsecrets', '/media/..%2F..%2Fsecrets%2Fauth.mp3', '/media/%00.mp3'])('%s is an error in the one shape', async (path) => {
      const answer = await client.owner.get(path)
      expect(answer.status).toBe(404)
      expect(answer.error).toMatchObject({ code: expect.any(String), message: expect.any(String), request_id: expect.any(String) })
    })

    it('to what is not HTTP end the connection, not the server', async () => {
      const { port } = new URL(server.url)
      const socket = connect(Number(port), '127.0.0.1')
      socket.write('garbage\r\n\r\n')
      socket.resume()
      await once(socket, 'close')
      expect((await callerOf(server.url).get('health')).status).toBe(200)
    })
  })

  it('writes no secret and no text of a message into any log line, at any level', async () => {
    const text = 'Atención: la caja fuerte se abre a las siete.'
    const fresh = await addClient(server.url, admin, 'Discreta')
    const key = await addKey(server.url, fresh.owner, 'editor')
    await makeMessage(key, fresh.voice_id, text, { title: 'Titulo delicado' })
    // Errors take other ways to the log.
    await key.post('audio/generate', { text: `${text} <script>`, voice_id: 'no id' })
    await fresh.editor.post('audio/generate', { text, voice_id: fresh.voice_id, voice_settings: { speed: 99 } })
    const player = await pairPlayer(server.url, key, { store_id: fresh.store_id })
    const socket = await openPlayer(server.url, player.token)
    const { items } = await good(fresh.owner.get<{ items: { audio_id: string }[] }>('library'))
    await good(fresh.editor.post('player/air', { audio_id: items[0]!.audio_id }))
    await socket.next('air')
    socket.sendText(`{"type":"play_ended","text":"${text}"}`)
    await socket.next('error')
    socket.close()
    await player.http.get(`pending?token=${player.token}`)
    await server.stop()
    const logs = server.logs()
    const secrets = {
      password: ADMIN.password, other_password: PASSWORD, key: key.headers.authorization!.slice(7), player_token: player.token,
      session: decodeURIComponent(fresh.owner.headers.cookie!.split('=')[1]!).split('.')[0]!, text, words: 'caja fuerte', title: 'Titulo delicado',
    }
    for (const [what, secret] of Object.entries(secrets)) expect(logs.includes(secret), what).toBe(false)
    expect(logs).toContain('"msg":"sound made"')
    expect(logs.split('\n').filter(line => line.startsWith('{')).every(line => JSON.parse(line).level)).toBe(true)
    expect(server.blockedHosts()).toEqual([])
  })
})

describe('reached by https', () => {
  it('sets secure cookies and keeps its secrets to itself', async () => {
    const server = await startServer({ ...ADMIN_ENV, APP_URL: 'https://announce.example.com' })
    const answer = await callerOf(server.url).post('/api/auth/sign-in/email', ADMIN)
    await good(answer)
    const cookie = answer.headers.getSetCookie().find(line => line.includes('session_token='))!
    expect(cookie).toMatch(/^__Secure-mediaflow\.session_token=.*; Secure(;|$)/)
    expect((await good(callerOf(server.url, { cookie: cookiesOf(answer.headers) }).get<Me>('client/me'))).user).not.toBeNull()
    const secret = readFileSync(join(server.dir, 'secrets', 'auth'), 'utf8')
    expect(secret.length).toBeGreaterThanOrEqual(32)
    await server.stop()
    expect(server.logs()).not.toContain(secret)
  })
})

function linesOf(server: TestServer): Record<string, unknown>[] {
  return server.logs().split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line))
}
