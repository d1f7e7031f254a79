import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CreatedWebhook, Notice } from '../../shared/schemas/alert'
import type { GenerateResponse, Voice } from '../../shared/schemas/audio'
import type { ApiKey, Invitation, Me, Member, Store, StoreGroup } from '../../shared/schemas/client'
import type { JinglePreset, JingleRecipe } from '../../shared/schemas/jingle'
import type { Category, MessageVersion } from '../../shared/schemas/library'
import type { AirResponse, NewPairing, Play, PlayerCommand } from '../../shared/schemas/player'
import type { Pronunciation } from '../../shared/schemas/reading'
import type { Shortcut, Template } from '../../shared/schemas/template'
import type { Programme } from '../../shared/protocol'
import type { Schedule } from '../../shared/schemas/schedule'
import { playIdOf } from '../../shared/utils/play-id'
import { sha256Of } from '../../server/services/hash'
import type { Access } from '../../server/services/openapi/types'
import { addClient, addKey, ADMIN_ENV, addMember, bearerOf, callerOf, good, makeMessage, pairPlayer, PASSWORD, readAnswer, signIn, type Caller, type PairedPlayer, type TestClient } from '../fixtures/api'
import { openPlayer, openSocket } from '../fixtures/sockets'
import { startServer, type TestServer } from '../fixtures/server'
import { wavOf } from '../fixtures/uploads'

/** Everything of a client that an id can name. */
interface World extends TestClient {
  message: GenerateResponse
  /** What the message was before. */
  version_id: string
  category: Category
  template: Template
  shortcut: Shortcut
  player: PairedPlayer
  play_id: string
  air_id: string
  command_id: string
  schedule_id: string
  group_id: string
  member_id: string
  invitation_id: string
  key_id: string
  pronunciation_id: string
  /** A message that is not kept yet. */
  draft: GenerateResponse
  preset_id: string
  track_id: string
  job_id: string
  /** An upload in pieces, not whole yet. */
  upload_id: string
  pairing: NewPairing
  webhook_id: string
  /** One that was given up: no mail server is set. */
  notice_id: string
  logo: Uint8Array
  keys: Record<'viewer' | 'editor' | 'owner', Caller>
}

interface RouteCase {
  params?: Record<string, string>
  body?: unknown
  /** Instead of a body of JSON. */
  form?: () => FormData
  bytes?: Uint8Array
  headers?: Record<string, string>
  query?: string
}

interface Route {
  name: string
  method: string
  path: string
  access: Access
  takes_keys: boolean
  good: number
}

let server: TestServer
let admin: Caller
let ours: World
let theirs: World
let routes: Route[]

beforeAll(async () => {
  server = await startServer({ ...ADMIN_ENV, WEBHOOK_ALLOW_PRIVATE: 'true' })
  admin = await signIn(server.url)
  ours = await makeWorld('Supermercado Sol')
  theirs = await makeWorld('Zapatería Luna')
  const document = await good(callerOf(server.url).get<{ paths: Record<string, Record<string, { 'x-access': Access, 'security': Record<string, unknown>[], 'responses': Record<string, unknown> }>> }>('openapi.json'))
  routes = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    access: operation['x-access'],
    takes_keys: operation.security.some(scheme => 'api_key' in scheme),
    good: Number(Object.keys(operation.responses).find(status => status.startsWith('2'))),
  })))
}, 240_000)
afterAll(() => server.stop())

async function makeWorld(name: string): Promise<World> {
  const { url } = server
  const client = await addClient(url, admin, name)
  const { owner, editor, store_id, voice_id } = client
  const { audio_id } = await makeMessage(editor, voice_id, `Estimados clientes de ${name}, hoy cerramos a las ocho.`)
  const message = await good(editor.post<GenerateResponse>(`library/${audio_id}/versions`, { text: `Estimados clientes de ${name}, hoy cerramos a las nueve.` }))
  await good(editor.patch(`library/${audio_id}`, { tags: [audio_id] }))
  const versions = await good(editor.get<{ items: MessageVersion[] }>(`library/${audio_id}/versions`))
  const [categories, player, invitation, viewerKey, editorKey, ownerKey, pairing] = await Promise.all([
    good(owner.get<{ items: Category[] }>('library/categories')),
    pairPlayer(url, editor, { store_id }),
    good(owner.post<Invitation>('client/invitations', { email: `invited@${name.split(' ')[1]}.test`, role: 'viewer' })),
    addKey(url, owner, 'viewer'),
    addKey(url, owner, 'editor'),
    addKey(url, owner, 'owner'),
    good(callerOf(url).post<NewPairing>('player/pairings')),
  ])
  const { pronunciation_id } = await good(editor.post<Pronunciation>('audio/pronunciations', { written: name, spoken: `nuestro ${name}` }))
  const draft = await makeMessage(editor, voice_id, `Borrador de ${name}.`, { save: false })
  const { preset_id } = await good(editor.post<JinglePreset>('audio/jingle-presets', { name: `Receta de ${name}`, recipe: RECIPE }))
  const { track_id } = await good(readAnswer<{ track_id: string }>(await editor.fetch('library/uploads', { method: 'POST', body: uploadForm('music') })))
  const { job_id } = await good(editor.post<{ job_id: string }>('library/jobs', { kind: 'renormalise', audio_ids: [audio_id] }))
  const begun = await editor.fetch('library/uploads/tus', { method: 'POST', headers: { ...TUS, 'origin': url, 'upload-length': '1000', 'upload-metadata': UPLOAD_METADATA } })
  const look = { title: `Botón de ${name}`, icon: 'i-lucide-car', colour: '#0ea5e9' }
  const template = await good(editor.post<Template>('library/templates', { ...look, text: 'Cerramos en {minutos} minutos.', language: 'es' }))
  const shortcut = await good(editor.post<Shortcut>('library/shortcuts', { ...look, template_id: template.template_id, store_ids: [store_id] }))
  const { air_id } = await good(editor.post<AirResponse>('player/air', { audio_id: message.audio_id, priority: 'emergency', until_stopped: true }))
  const { command_id } = await good(editor.post<PlayerCommand>(`player/players/${player.player_id}/commands`, { command: 'identify', ttl_s: 86_400 }))
  const { schedule_id } = await good(editor.post<Schedule>('schedule', { audio_id: message.audio_id, ...RULE }))
  const { group_id } = await good(editor.post<StoreGroup>('client/groups', { name: `Grupo de ${name}`, store_ids: [store_id] }))
  const [plays, members, keys] = await Promise.all([
    good(owner.get<{ items: Play[] }>('player/plays')),
    good(owner.get<{ items: Member[] }>('client/members')),
    good(owner.get<{ items: ApiKey[] }>('client/keys')),
  ])
  const { webhook_id } = await good(editor.post<CreatedWebhook>('alert/webhooks', { url: NOWHERE }))
  const email = `alerts@${name.split(' ')[1]}.test`
  await good(editor.put('settings/alerts', { emails: [email] }))
  await good(editor.post('alert/test', { email }))
  const notices = await good(editor.get<{ items: Notice[] }>('alert/notices'))
  const logo = Uint8Array.from([...LOGO_HEAD, ...Buffer.from(name)])
  await good(readAnswer(await editor.fetch('settings/look/logo', { method: 'POST', body: logoForm(logo) })))
  return {
    ...client, webhook_id, notice_id: notices.items[0]!.notice_id, logo, message, player, air_id, command_id, schedule_id, group_id, pairing, pronunciation_id, draft, preset_id, template, shortcut,
    track_id, job_id,
    upload_id: begun.headers.get('location')!.split('/').at(-1)!,
    version_id: versions.items[1]!.version_id!,
    category: categories.items[0]!,
    play_id: plays.items[0]!.play_id,
    member_id: members.items.find(member => member.role === 'viewer')!.member_id,
    invitation_id: invitation.invitation_id,
    key_id: keys.items.find(key => key.role === 'viewer')!.key_id,
    keys: { viewer: viewerKey, editor: editorKey, owner: ownerKey },
  }
}

const RECIPE: JingleRecipe = {
  with_bed: true, bed_track_id: null, chime_track_id: null, silence_before_ms: 0, intro_ms: 1000, outro_ms: 1000, silence_after_ms: 0, fade_in_ms: 500, fade_out_ms: 500,
  duck_down_ms: 500, duck_up_ms: 500, voice_over_bed_lu: 12, bed_alone_lu: 0, voice_gain_db: 0, bed_offset_ms: 0,
}

/** Every minute of the day: something is always due. */
const RULE = { kind: 'interval', interval_minutes: 1, window_start: '00:00', window_end: '23:59' }

/** Another minute each time, some time tomorrow: what was taken out is due no more. */
let minutes = 0
const nextMinute = () => new Date((Math.floor(Date.now() / 60_000) + 1440 + ++minutes) * 60_000).toISOString()

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9/hook'

/** What a PNG of 32 × 32 px begins with. */
const LOGO_HEAD = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, ...Buffer.from('IHDR'), 0, 0, 0, 32, 0, 0, 0, 32]

function logoForm(bytes: Uint8Array): FormData {
  const form = new FormData()
  form.append('file', new Blob([Uint8Array.from(bytes)]), 'logo.png')
  return form
}

const LOOK = { title: 'Una', icon: 'i-lucide-car', colour: '#0ea5e9' }

const TUS = { 'tus-resumable': '1.0.0' }
const UPLOAD_METADATA = `kind ${Buffer.from('music').toString('base64')}`

/** A second of a tone, as a form sends it. */
function uploadForm(kind: string): FormData {
  const form = new FormData()
  form.append('kind', kind)
  form.append('file', new Blob([Uint8Array.from(wavOf(Float32Array.from({ length: 44_100 }, (_, at) => 0.3 * Math.sin(at / 20))))]), 'tono.wav')
  return form
}

/**
 * How each route is called, with the ids of one client: a request that this client's own people may send. A new route
 * needs a line here. In the order in which they can be called one after another: what removes comes last.
 */
const CASES: Record<string, (world: World) => RouteCase> = {
  'GET /api/v1/health': () => ({}),
  'GET /api/v1/openapi.json': () => ({}),
  'GET /api/v1/client/setup': () => ({}),
  'POST /api/v1/client/setup': () => ({ body: { token: 'x', name: 'x', email: 'x@x.test', password: PASSWORD, client_name: 'x', store_name: 'x', time_zone: 'UTC' } }),
  'GET /api/v1/client/me': () => ({}),
  'PATCH /api/v1/client/me': () => ({ body: { name: 'Otro nombre' } }),
  'PUT /api/v1/client/active': ({ client_id }) => ({ body: { client_id } }),
  'POST /api/v1/client/clients': () => ({ body: { name: 'Otra', store_name: 'Centro', time_zone: 'UTC' } }),
  'GET /api/v1/audio/voices': () => ({}),
  'GET /api/v1/audio/voices/{voice_id}/sample': ({ voice_id }) => ({ params: { voice_id } }),
  'PATCH /api/v1/audio/voices/{voice_id}': ({ voice_id }) => ({ params: { voice_id }, body: { gain_db: 1 } }),
  'POST /api/v1/audio/generate': ({ voice_id, category }) => ({ body: { text: 'Hola a todos.', voice_id, category: category.category_id } }),
  'POST /api/v1/audio/reading': ({ voice_id }) => ({ body: { text: 'Hoy 2x1', voice_id } }),
  'GET /api/v1/audio/pronunciations': () => ({}),
  'POST /api/v1/audio/pronunciations': () => ({ body: { written: `Marca ${randomUUID()}`, spoken: 'marca' } }),
  'GET /api/v1/audio/pronunciations/{pronunciation_id}/sample': ({ pronunciation_id }) => ({ params: { pronunciation_id } }),
  'PATCH /api/v1/audio/pronunciations/{pronunciation_id}': ({ pronunciation_id }) => ({ params: { pronunciation_id }, body: { spoken: 'naik' } }),
  'POST /api/v1/audio/mix': ({ draft }) => ({ body: { audio_id: draft.audio_id, jingle: null } }),
  'GET /api/v1/audio/jingle-presets': () => ({}),
  'POST /api/v1/audio/jingle-presets': () => ({ body: { name: `Receta ${randomUUID()}`, recipe: RECIPE } }),
  'PATCH /api/v1/audio/jingle-presets/{preset_id}': ({ preset_id }) => ({ params: { preset_id }, body: { name: 'Otro nombre' } }),
  'GET /api/v1/settings/{name}': () => ({ params: { name: 'audio' } }),
  'PUT /api/v1/settings/{name}': () => ({ params: { name: 'audio' }, body: { target_lufs: -18 } }),
  'POST /api/v1/settings/{name}/logo': ({ logo }) => ({ params: { name: 'look' }, form: () => logoForm(logo) }),
  'GET /media/logo/{sha256}': ({ logo }) => ({ params: { sha256: sha256Of(logo) } }),
  'GET /api/v1/alert': () => ({}),
  // No request makes an alert.
  'POST /api/v1/alert/{alert_id}/seen': () => ({ params: { alert_id: randomUUID() } }),
  'GET /api/v1/alert/channels': () => ({}),
  'POST /api/v1/alert/webhooks': () => ({ body: { url: NOWHERE } }),
  'PATCH /api/v1/alert/webhooks/{webhook_id}': ({ webhook_id }) => ({ params: { webhook_id }, body: { enabled: true } }),
  'POST /api/v1/alert/test': ({ webhook_id }) => ({ body: { webhook_id } }),
  'GET /api/v1/alert/notices': () => ({}),
  'POST /api/v1/alert/notices/{notice_id}/retry': ({ notice_id }) => ({ params: { notice_id } }),
  'GET /media/{sha256}.mp3': ({ message }) => ({ params: { sha256: message.sha256 } }),
  'GET /api/v1/library/uploads': () => ({}),
  'POST /api/v1/library/uploads': () => ({ form: () => uploadForm('message') }),
  'POST /api/v1/library/uploads/tus': () => ({ headers: { ...TUS, 'upload-length': '1000', 'upload-metadata': UPLOAD_METADATA } }),
  'GET /api/v1/library/uploads/tus/{upload_id}': ({ upload_id }) => ({ params: { upload_id } }),
  'PATCH /api/v1/library/uploads/tus/{upload_id}': ({ upload_id }) => ({ params: { upload_id }, bytes: new Uint8Array(10), headers: { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' } }),
  'POST /api/v1/library/{audio_id}/retry': ({ message }) => ({ params: { audio_id: message.audio_id } }),
  'GET /api/v1/library/jobs': () => ({}),
  'POST /api/v1/library/jobs': ({ message }) => ({ body: { kind: 'renormalise', audio_ids: [message.audio_id] } }),
  'GET /api/v1/library/jobs/{job_id}': ({ job_id }) => ({ params: { job_id } }),
  'GET /api/v1/audio/tracks': () => ({}),
  'GET /api/v1/audio/tracks/{track_id}': ({ track_id }) => ({ params: { track_id } }),
  'PATCH /api/v1/audio/tracks/{track_id}': ({ track_id }) => ({ params: { track_id }, body: { title: 'Otro título' } }),
  'POST /api/v1/audio/tracks/{track_id}/retry': ({ track_id }) => ({ params: { track_id } }),
  'GET /api/v1/library': () => ({ query: '?status=all' }),
  'GET /api/v1/library/templates': () => ({}),
  'POST /api/v1/library/templates': ({ category }) => ({ body: { ...LOOK, text: 'Hola, {nombre}.', language: 'es', category_id: category.category_id } }),
  'PUT /api/v1/library/templates/order': ({ template }) => ({ body: { template_ids: [template.template_id] } }),
  'POST /api/v1/library/templates/restore': () => ({}),
  'GET /api/v1/library/templates/{template_id}': ({ template }) => ({ params: { template_id: template.template_id } }),
  'PATCH /api/v1/library/templates/{template_id}': ({ template }) => ({ params: { template_id: template.template_id }, body: { title: 'Otra' } }),
  'POST /api/v1/library/templates/{template_id}/fill': ({ template }) => ({ params: { template_id: template.template_id }, body: { values: { minutos: '5' } } }),
  'GET /api/v1/library/shortcuts': () => ({}),
  'POST /api/v1/library/shortcuts': ({ message }) => ({ body: { ...LOOK, audio_id: message.audio_id } }),
  'PUT /api/v1/library/shortcuts/order': ({ shortcut }) => ({ body: { shortcut_ids: [shortcut.shortcut_id] } }),
  'PATCH /api/v1/library/shortcuts/{shortcut_id}': ({ shortcut, store_id }) => ({ params: { shortcut_id: shortcut.shortcut_id }, body: { store_ids: [store_id] } }),
  'GET /api/v1/library/categories': () => ({}),
  'POST /api/v1/library/categories': () => ({ body: { name: 'Fiestas' } }),
  'PUT /api/v1/library/categories/order': ({ category }) => ({ body: { category_ids: [category.category_id] } }),
  'PATCH /api/v1/library/categories/{category_id}': ({ category }) => ({ params: { category_id: category.category_id }, body: { name: 'Otra' } }),
  'GET /api/v1/library/tags': () => ({}),
  'POST /api/v1/library/bulk': ({ message }) => ({ body: { audio_ids: [message.audio_id], action: 'tag', tags: ['uno'] } }),
  'GET /api/v1/library/zip': ({ message }) => ({ query: `?ids=${message.audio_id}` }),
  'POST /api/v1/library/zip': ({ message }) => ({ body: { audio_ids: [message.audio_id] } }),
  'GET /api/v1/library/{audio_id}/usage': ({ message }) => ({ params: { audio_id: message.audio_id } }),
  'GET /api/v1/library/{audio_id}/versions': ({ message }) => ({ params: { audio_id: message.audio_id } }),
  'POST /api/v1/library/{audio_id}/versions': ({ message }) => ({ params: { audio_id: message.audio_id }, body: { text: 'Hola a todas.' } }),
  'POST /api/v1/library/{audio_id}/versions/{version_id}/restore': ({ message, version_id }) => ({ params: { audio_id: message.audio_id, version_id } }),
  'GET /api/v1/library/{audio_id}': ({ message }) => ({ params: { audio_id: message.audio_id } }),
  'PATCH /api/v1/library/{audio_id}': ({ message, category }) => ({ params: { audio_id: message.audio_id }, body: { title: 'Otro título', category: category.category_id } }),
  'GET /api/v1/client/stores': () => ({}),
  'POST /api/v1/client/stores': () => ({ body: { name: 'Norte', time_zone: 'Europe/Madrid' } }),
  'PATCH /api/v1/client/stores/{store_id}': ({ store_id }) => ({ params: { store_id }, body: { name: 'Otro nombre' } }),
  'GET /api/v1/client/groups': () => ({}),
  'POST /api/v1/client/groups': ({ store_id }) => ({ body: { name: `Grupo ${randomUUID()}`, store_ids: [store_id] } }),
  'GET /api/v1/client/groups/{group_id}': ({ group_id }) => ({ params: { group_id } }),
  'PATCH /api/v1/client/groups/{group_id}': ({ group_id, store_id }) => ({ params: { group_id }, body: { store_ids: [store_id] } }),
  'GET /api/v1/client/members': () => ({}),
  'PATCH /api/v1/client/members/{member_id}': ({ member_id }) => ({ params: { member_id }, body: { role: 'viewer' } }),
  'GET /api/v1/client/invitations': () => ({}),
  'GET /api/v1/client/invitations/{invitation_id}': ({ invitation_id }) => ({ params: { invitation_id } }),
  'POST /api/v1/client/invitations': () => ({ body: { email: 'otra@persona.test', role: 'owner' } }),
  'POST /api/v1/client/invitations/{invitation_id}/accept': () => ({ params: { invitation_id: 'unknown' }, body: { name: 'x', password: PASSWORD } }),
  'GET /api/v1/client/keys': () => ({}),
  'POST /api/v1/client/keys': () => ({ body: { name: 'Otra', role: 'owner' } }),
  'POST /api/v1/player/pairings': () => ({}),
  'GET /api/v1/player/pairings/{pairing_id}': ({ pairing }) => ({ params: { pairing_id: pairing.pairing_id } }),
  'POST /api/v1/player/pairings/lookup': ({ pairing }) => ({ body: { code: pairing.code } }),
  'POST /api/v1/player/pairings/approve': ({ pairing, store_id }) => ({ body: { code: pairing.code, name: 'TV 2', store_id } }),
  'GET /api/v1/player/address': () => ({}),
  'GET /api/v1/player/players': () => ({}),
  'PATCH /api/v1/player/players/{player_id}': ({ player, store_id }) => ({ params: { player_id: player.player_id }, body: { name: 'Otra TV', store_id, volume: 0.5 } }),
  'POST /api/v1/player/players/{player_id}/commands': ({ player }) => ({ params: { player_id: player.player_id }, body: { command: 'identify' } }),
  'GET /api/v1/player/players/{player_id}/commands': ({ player }) => ({ params: { player_id: player.player_id } }),
  'GET /api/v1/player/players/{player_id}/commands/{command_id}': ({ player, command_id }) => ({ params: { player_id: player.player_id, command_id } }),
  'GET /api/v1/player/players/{player_id}/faults': ({ player }) => ({ params: { player_id: player.player_id } }),
  'POST /api/v1/player/commands': ({ player }) => ({ body: { command: 'identify', targets: { players: [player.player_id] } } }),
  'GET /api/v1/player/air': () => ({}),
  'POST /api/v1/player/air/{air_id}/stop': ({ air_id }) => ({ params: { air_id } }),
  'POST /api/v1/player/hello': () => ({ body: { hello: { type: 'hello', protocol: 1, version: 'test' } } }),
  'POST /api/v1/player/faults': () => ({ body: { faults: [{ fault_id: randomUUID(), kind: 'page_error', detail: 'x', at: new Date().toISOString(), recovery: null, recovered_at: null }] } }),
  'POST /api/v1/player/air': ({ message, player }) => ({ body: { audio_id: message.audio_id, targets: { players: [player.player_id] } } }),
  'GET /api/v1/player/plays': ({ air_id }) => ({ query: `?air_id=${air_id}` }),
  'GET /api/v1/player/plays/stats': () => ({}),
  'GET /api/v1/player/plays/export': () => ({}),
  'GET /api/v1/player/plays/reach': ({ message }) => ({ query: `?audio_ids=${message.audio_id}` }),
  'GET /api/v1/schedule': () => ({}),
  'POST /api/v1/schedule': ({ message }) => ({ body: { audio_id: message.audio_id, ...RULE } }),
  'POST /api/v1/schedule/bulk': ({ schedule_id }) => ({ body: { schedule_ids: [schedule_id], act: 'resume' } }),
  'GET /api/v1/schedule/occurrences': ({ store_id }) => ({ query: `?from=2027-01-01T00:00:00Z&to=2027-01-01T01:00:00Z&store_id=${store_id}` }),
  'GET /api/v1/schedule/calendar': ({ store_id }) => ({ query: `?from=2027-01-01T00:00:00Z&to=2027-01-08T00:00:00Z&store_id=${store_id}` }),
  'GET /api/v1/schedule/next': ({ schedule_id }) => ({ query: `?schedule_ids=${schedule_id}` }),
  'POST /api/v1/schedule/preview': ({ schedule_id }) => ({ body: { schedule_id, schedule: { grace_s: 60 } } }),
  'POST /api/v1/schedule/{schedule_id}/split': ({ schedule_id, store_id }) => ({ params: { schedule_id }, body: { scope: 'this', due_at: nextMinute(), store_id, patch: null } }),
  'GET /api/v1/schedule/day': ({ store_id }) => ({ query: `?date=2027-01-01&store_id=${store_id}` }),
  'GET /api/v1/schedule/day.csv': ({ store_id }) => ({ query: `?date=2027-01-01&store_id=${store_id}` }),
  'GET /api/v1/schedule/today': () => ({}),
  'GET /api/v1/schedule/feed/{store_id}': ({ store_id }) => ({ params: { store_id } }),
  'POST /api/v1/schedule/feed/{store_id}': ({ store_id }) => ({ params: { store_id } }),
  // The address is the secret: see schedule-day.test.ts.
  'GET /feeds/{token}.ics': () => ({ params: { token: 'nobodys' } }),
  'GET /api/v1/schedule/holidays': () => ({ query: '?year=2027' }),
  'GET /api/v1/schedule/holidays/regions': () => ({ query: '?language=es' }),
  'GET /api/v1/schedule/{schedule_id}': ({ schedule_id }) => ({ params: { schedule_id } }),
  'PATCH /api/v1/schedule/{schedule_id}': ({ schedule_id }) => ({ params: { schedule_id }, body: { grace_s: 60 } }),
  'GET /api/v1/player/programme': () => ({}),
  'GET /api/v1/player/pending': () => ({}),
  'POST /api/v1/player/delivered': ({ play_id }) => ({ body: { play_ids: [play_id] } }),
  'POST /api/v1/player/plays': ({ play_id }) => ({ body: { reports: [{ type: 'play_started', play_id, started_at: new Date().toISOString() }] } }),
  // The change above made a version 2 of it.
  'POST /api/v1/schedule/{schedule_id}/revert': ({ schedule_id }) => ({ params: { schedule_id }, body: { to_version: 1 } }),
  'DELETE /api/v1/schedule/{schedule_id}': ({ schedule_id }) => ({ params: { schedule_id } }),
  'DELETE /api/v1/alert/webhooks/{webhook_id}': ({ webhook_id }) => ({ params: { webhook_id } }),
  'DELETE /api/v1/audio/jingle-presets/{preset_id}': ({ preset_id }) => ({ params: { preset_id } }),
  'DELETE /api/v1/audio/pronunciations/{pronunciation_id}': ({ pronunciation_id }) => ({ params: { pronunciation_id } }),
  'DELETE /api/v1/library/uploads/tus/{upload_id}': ({ upload_id }) => ({ params: { upload_id }, headers: TUS }),
  'DELETE /api/v1/library/jobs/{job_id}': ({ job_id }) => ({ params: { job_id } }),
  'DELETE /api/v1/audio/tracks/{track_id}': ({ track_id }) => ({ params: { track_id } }),
  'DELETE /api/v1/library/bin': () => ({}),
  'DELETE /api/v1/library/{audio_id}': ({ message }) => ({ params: { audio_id: message.audio_id }, query: '?force=true' }),
  'DELETE /api/v1/library/shortcuts/{shortcut_id}': ({ shortcut }) => ({ params: { shortcut_id: shortcut.shortcut_id } }),
  'DELETE /api/v1/library/templates/{template_id}': ({ template }) => ({ params: { template_id: template.template_id } }),
  'DELETE /api/v1/library/categories/{category_id}': ({ category }) => ({ params: { category_id: category.category_id } }),
  'DELETE /api/v1/player/players/{player_id}': ({ player }) => ({ params: { player_id: player.player_id } }),
  'DELETE /api/v1/client/groups/{group_id}': ({ group_id }) => ({ params: { group_id } }),
  'DELETE /api/v1/client/stores/{store_id}': ({ store_id }) => ({ params: { store_id } }),
  'DELETE /api/v1/client/invitations/{invitation_id}': ({ invitation_id }) => ({ params: { invitation_id } }),
  'DELETE /api/v1/client/keys/{key_id}': ({ key_id }) => ({ params: { key_id } }),
  'DELETE /api/v1/client/members/{member_id}': ({ member_id }) => ({ params: { member_id } }),
}

type Who = 'stranger' | 'their owner' | 'our viewer' | 'our editor' | 'a viewer\'s key' | 'an editor\'s key' | 'our player' | 'their player'

const WHO: Record<Who, () => Caller> = {
  'stranger': () => callerOf(server.url),
  'their owner': () => theirs.owner,
  'our viewer': () => ours.viewer,
  'our editor': () => ours.editor,
  'a viewer\'s key': () => ours.keys.viewer,
  'an editor\'s key': () => ours.keys.editor,
  'our player': () => ours.player.http,
  'their player': () => theirs.player.http,
}

const nobody = (status: number): Record<Who, number> => ({
  'stranger': status, 'their owner': status, 'our viewer': status, 'our editor': status, 'a viewer\'s key': status, 'an editor\'s key': status, 'our player': status, 'their player': status,
})
const outside = { 'stranger': 401, 'our player': 401, 'their player': 401 }

/** What everybody who may not gets, with our client's ids. `null`: may, and is not called here. 404: only if an id is in it. */
const REFUSALS: Record<Access, Record<Who, number | null>> = {
  public: { ...nobody(0), 'stranger': null, 'their owner': null, 'our viewer': null, 'our editor': null, 'a viewer\'s key': null, 'an editor\'s key': null, 'our player': null, 'their player': null },
  person: { ...outside, 'their owner': 404, 'our viewer': null, 'our editor': null, 'a viewer\'s key': 403, 'an editor\'s key': 403 },
  admin: { ...outside, 'their owner': 403, 'our viewer': 403, 'our editor': 403, 'a viewer\'s key': 403, 'an editor\'s key': 403 },
  viewer: { ...outside, 'their owner': 404, 'our viewer': null, 'our editor': null, 'a viewer\'s key': null, 'an editor\'s key': null },
  editor: { ...outside, 'their owner': 404, 'our viewer': 403, 'our editor': null, 'a viewer\'s key': 403, 'an editor\'s key': null },
  owner: { ...outside, 'their owner': 404, 'our viewer': 403, 'our editor': 403, 'a viewer\'s key': 403, 'an editor\'s key': 403 },
  player: { ...nobody(401), 'our player': null, 'their player': null },
  pairing: { ...nobody(404), 'stranger': 401, 'their owner': 401, 'our viewer': 401, 'our editor': 401 },
  member_or_player: { 'stranger': 401, 'their owner': 404, 'our viewer': null, 'our editor': null, 'a viewer\'s key': null, 'an editor\'s key': null, 'our player': null, 'their player': 404 },
}

/** One at a time: the second is told to wait. (What somebody began to upload is nobody else's, a key's neither.) */
const ONCE = ['POST /api/v1/library/jobs', 'POST /api/v1/alert/notices/{notice_id}/retry']

/** Lists and makings name no id of ours: another client's owner is answered from their own client. */
const NAMES_NO_ID = ['PATCH /api/v1/client/me', 'DELETE /api/v1/library/bin', 'GET /api/v1/library/templates', 'POST /api/v1/library/templates/restore', 'GET /api/v1/library/shortcuts', 'GET /api/v1/library/uploads', 'POST /api/v1/library/uploads', 'POST /api/v1/library/uploads/tus', 'GET /api/v1/library/jobs', 'GET /api/v1/audio/tracks', 'GET /api/v1/audio/jingle-presets', 'POST /api/v1/audio/jingle-presets', 'GET /api/v1/settings/{name}', 'PUT /api/v1/settings/{name}', 'POST /api/v1/settings/{name}/logo', 'GET /api/v1/alert', 'GET /api/v1/alert/channels', 'POST /api/v1/alert/webhooks', 'GET /api/v1/alert/notices', 'GET /api/v1/audio/voices', 'GET /api/v1/audio/pronunciations', 'POST /api/v1/audio/pronunciations', 'GET /api/v1/library', 'GET /api/v1/library/categories', 'POST /api/v1/library/categories', 'GET /api/v1/library/tags', 'GET /api/v1/client/stores', 'POST /api/v1/client/stores', 'GET /api/v1/client/groups', 'GET /api/v1/client/members', 'GET /api/v1/client/invitations', 'POST /api/v1/client/invitations', 'GET /api/v1/client/keys', 'POST /api/v1/client/keys', 'GET /api/v1/player/address', 'POST /api/v1/player/pairings/lookup', 'GET /api/v1/player/players', 'GET /api/v1/player/air', 'GET /api/v1/player/plays', 'GET /api/v1/player/plays/stats', 'GET /api/v1/player/plays/export', 'GET /api/v1/player/plays/reach', 'GET /api/v1/schedule', 'GET /api/v1/schedule/today', 'GET /api/v1/schedule/next', 'GET /api/v1/schedule/holidays', 'GET /api/v1/schedule/holidays/regions']

function call(caller: Caller, { method, path }: Pick<Route, 'method' | 'path'>, { params = {}, body, form, bytes, headers, query = '' }: RouteCase) {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? '')) + query
  const sent = form ? { body: form() } : bytes ? { body: Uint8Array.from(bytes) } : body === undefined ? {} : { body: JSON.stringify(body) }
  return caller.fetch(filled, { method, ...sent, headers: { ...body !== undefined && { 'content-type': 'application/json' }, ...headers } })
}

const statusOf = async (response: Promise<Response>) => {
  const { status, body } = await response
  await body?.cancel()
  return status
}

/** All that a client can see of itself. */
async function snapshot({ owner }: World) {
  const paths = ['library?status=all&limit=100', 'library/categories', 'library/templates', 'library/shortcuts', 'audio/voices', 'audio/pronunciations', 'audio/jingle-presets', 'client/stores', 'client/groups', 'client/members', 'client/invitations', 'client/keys', 'player/players', 'player/plays?limit=100', 'schedule?limit=100']
  const answers = await Promise.all(paths.map(path => good(owner.get<{ items: Record<string, unknown>[] }>(path))))
  // When a key was last used changes by using it.
  return answers.map(({ items }) => items.map(({ last_used_at: _, ...item }) => item))
}

it('has an expectation for every route, and none for a route that is gone', () => {
  expect(Object.keys(CASES).sort()).toEqual(routes.map(route => route.name).sort())
  expect(routes.filter(route => !(route.access in REFUSALS)).map(route => route.name)).toEqual([])
})

it('refuses everybody who may not, on every route, and nothing has changed', async () => {
  const before = await snapshot(ours)
  const wrong: string[] = []
  for (const route of routes) {
    for (const [who, expected] of Object.entries(REFUSALS[route.access]) as [Who, number | null][]) {
      if (expected === null || (expected === 404 && NAMES_NO_ID.includes(route.name))) continue
      const status = await statusOf(call(WHO[who](), route, CASES[route.name]!(ours)))
      if (status !== expected) wrong.push(`${route.name} as ${who}: ${status}, and should be ${expected}`)
    }
  }
  expect(wrong).toEqual([])
  expect(await snapshot(ours)).toEqual(before)
})

it('lets keys do nothing that is for people only', async () => {
  const forPeople = routes.filter(route => !route.takes_keys && ['owner', 'person', 'admin'].includes(route.access))
  expect(forPeople.map(route => route.name)).toContain('POST /api/v1/client/keys')
  for (const route of forPeople) expect(await statusOf(call(ours.keys.owner, route, CASES[route.name]!(ours))), route.name).toBe(403)
})

it('shows another client nothing of ours in any list', async () => {
  const secrets = [ours.client_id, ours.template.template_id, ours.shortcut.shortcut_id, ours.message.audio_id, ours.message.sha256, ours.player.player_id, ours.store_id, ours.voice_id, ours.category.category_id, ours.member_id, ours.invitation_id, ours.key_id, ours.play_id, ours.schedule_id, ours.group_id, ours.track_id, ours.job_id, ours.pronunciation_id, ours.webhook_id, ours.notice_id, 'Supermercado Sol']
  // The address of the server itself is nobody's, holidays are everybody's, and no request makes an alert.
  const nobodys = ['GET /api/v1/player/address', 'GET /api/v1/alert', 'GET /api/v1/schedule/holidays', 'GET /api/v1/schedule/holidays/regions']
  const lists = routes.filter(({ name, method }) => NAMES_NO_ID.includes(name) && method === 'GET' && !nobodys.includes(name))
  for (const route of lists) {
    const text = await (await call(theirs.owner, route, CASES[route.name]!(ours))).text()
    expect(secrets.filter(secret => text.includes(secret)), route.name).toEqual([])
    // The same secrets are in the list that we get: the test would see them.
    const own = await (await call(ours.owner, route, CASES[route.name]!(ours))).text()
    if (!own.startsWith('{') || 'items' in JSON.parse(own)) expect(secrets.some(secret => own.includes(secret)), `${route.name}, for ourselves`).toBe(true)
  }
})

describe('an id of ours in a request of theirs is not found', () => {
  const air = (targets: unknown, audio_id = theirs.message.audio_id) => theirs.editor.post('player/air', { audio_id, targets })
  const requests: Record<string, () => Promise<{ status: number }>> = {
    'voice_id of a message': () => theirs.editor.post('audio/generate', { text: 'Hola', voice_id: ours.voice_id }),
    'voice_id of a reading': () => theirs.editor.post('audio/reading', { text: 'Hola', voice_id: ours.voice_id }),
    'category of a message': () => theirs.editor.post('audio/generate', { text: 'Hola', voice_id: theirs.voice_id, category: ours.category.category_id }),
    'category that a message is moved to': () => theirs.editor.patch(`library/${theirs.message.audio_id}`, { category: ours.category.category_id }),
    'category of many messages': () => theirs.editor.post('library/bulk', { audio_ids: [theirs.message.audio_id], action: 'categorise', category: ours.category.category_id }),
    'voice_id of a new version': () => theirs.editor.post(`library/${theirs.message.audio_id}/versions`, { text: 'Hola', voice_id: ours.voice_id }),
    'version of another message': () => theirs.editor.post(`library/${theirs.message.audio_id}/versions/${ours.version_id}/restore`),
    'category of a template': () => theirs.editor.post('library/templates', { ...LOOK, text: 'Hola', language: 'es', category_id: ours.category.category_id }),
    'voice of a template': () => theirs.editor.patch(`library/templates/${theirs.template.template_id}`, { voice_id: ours.voice_id }),
    'store of a filled template': () => theirs.editor.post(`library/templates/${theirs.template.template_id}/fill`, { values: { minutos: '5' }, air: { targets: { stores: [ours.store_id] } } }),
    'template of a button': () => theirs.editor.post('library/shortcuts', { ...LOOK, template_id: ours.template.template_id }),
    'store of a button': () => theirs.editor.patch(`library/shortcuts/${theirs.shortcut.shortcut_id}`, { store_ids: [ours.store_id] }),
    'category in an order': () => theirs.editor.put('library/categories/order', { category_ids: [theirs.category.category_id, ours.category.category_id] }),
    'category of a search': () => theirs.editor.get(`library?category=${ours.category.category_id}`),
    'audio_id that is aired': () => air({ all: true }, ours.message.audio_id),
    'message of a schedule': () => theirs.editor.post('schedule', { audio_id: ours.message.audio_id, ...RULE }),
    'store of a schedule': () => theirs.editor.post('schedule', { audio_id: theirs.message.audio_id, targets: { stores: [ours.store_id] }, ...RULE }),
    'group of a schedule': () => theirs.editor.post('schedule', { audio_id: theirs.message.audio_id, targets: { groups: [ours.group_id] }, ...RULE }),
    'group that a message is sent to': () => air({ groups: [theirs.group_id, ours.group_id] }),
    'group that is commanded': () => theirs.editor.post('player/commands', { command: 'stop', targets: { groups: [ours.group_id] } }),
    'store of a group': () => theirs.editor.patch(`client/groups/${theirs.group_id}`, { store_ids: [ours.store_id] }),
    'player that a schedule is changed to': () => theirs.editor.patch(`schedule/${theirs.schedule_id}`, { targets: { players: [ours.player.player_id] } }),
    'message that a schedule is changed to': () => theirs.editor.patch(`schedule/${theirs.schedule_id}`, { audio_id: ours.message.audio_id }),
    'player that a message is sent to': () => air({ players: [ours.player.player_id] }),
    'player beside one of their own': () => air({ players: [theirs.player.player_id, ours.player.player_id] }),
    'store that a message is sent to': () => air({ stores: [theirs.store_id, ours.store_id] }),
    'store_id of a new player': async () => {
      const { code } = await good(callerOf(server.url).post<NewPairing>('player/pairings'))
      return theirs.editor.post('player/pairings/approve', { code, name: 'TV', store_id: ours.store_id })
    },
    'store_id that a player is moved to': () => theirs.editor.patch(`player/players/${theirs.player.player_id}`, { store_id: ours.store_id }),
    'player that is commanded': () => theirs.editor.post('player/commands', { command: 'stop', targets: { players: [theirs.player.player_id, ours.player.player_id] } }),
    'command of another player': () => theirs.owner.get(`player/players/${theirs.player.player_id}/commands/${ours.command_id}`),
    'place of a television': async () => {
      const { code } = await good(callerOf(server.url).post<NewPairing>('player/pairings'))
      return theirs.editor.post('player/pairings/approve', { code, player_id: ours.player.player_id })
    },
    'client_id to act for': () => theirs.owner.put('client/active', { client_id: ours.client_id }),
  }
  it.each(Object.keys(requests))('%s', async (name) => {
    const before = await Promise.all([snapshot(ours), snapshot(theirs)])
    expect((await requests[name]!()).status).toBe(404)
    expect(await Promise.all([snapshot(ours), snapshot(theirs)])).toEqual(before)
  })

  it.each(['air_id', 'audio_id', 'player_id'] as const)('%s of the play log', async (name) => {
    const ids = { air_id: ours.air_id, audio_id: ours.message.audio_id, player_id: ours.player.player_id }
    expect(await good(theirs.owner.get(`player/plays?${name}=${ids[name]}`))).toMatchObject({ items: [], total: 0 })
    expect(await good(ours.owner.get(`player/plays?${name}=${ids[name]}`))).toMatchObject({ total: 1 })
  })

  it('schedule_id in what a player reports of an occurrence', async () => {
    const { items } = await good(ours.player.http.get<Programme>('player/programme'))
    const { play_id, schedule_id, due_at, audio_id } = items.find(item => item.schedule_id === ours.schedule_id)!
    const report = { type: 'play_skipped', reason: 'muted', at: new Date().toISOString(), occurrence: { schedule_id, due_at, audio_id } }
    const asTheirs = playIdOf({ schedule_id, due_at, player_id: theirs.player.player_id }, sha256Of)
    expect(await good(theirs.player.http.post('player/plays', { reports: [play_id, asTheirs].map(id => ({ ...report, play_id: id })) }))).toEqual({ recorded: 0, unknown: 2 })
    for (const world of [ours, theirs]) expect((await good(world.owner.get<{ items: Play[] }>('player/plays'))).items.filter(row => row.schedule_id)).toEqual([])
    const programme = await (await theirs.player.http.fetch('player/programme')).text()
    expect([ours.schedule_id, ours.message.audio_id, ours.message.sha256].filter(secret => programme.includes(secret))).toEqual([])
  })

  it('play_id in what a player reports and acknowledges', async () => {
    const report = { type: 'play_ended', play_id: ours.play_id, started_at: new Date().toISOString(), ended_at: new Date().toISOString(), heard_ms: 1, level_db: null }
    expect(await good(theirs.player.http.post('player/plays', { reports: [report] }))).toEqual({ recorded: 0, unknown: 1 })
    await good(theirs.player.http.post('player/delivered', { play_ids: [ours.play_id] }))
    expect(await good(ours.owner.get<{ items: Play[] }>('player/plays'))).toMatchObject({ items: [{ play_id: ours.play_id, status: 'pending' }] })
  })
})

it('sends what they air to their players, and what changes at theirs to their pages', async () => {
  const player = await openPlayer(server.url, ours.player.token)
  await player.next('air')
  const page = await openSocket(`${server.url}/ws/dashboard`, { origin: server.url, cookie: ours.owner.headers.cookie! })
  const heardByPage: string[] = []
  page.addEventListener('message', ({ data }) => heardByPage.push(String(data)))
  await good(theirs.editor.post('player/air', { audio_id: theirs.message.audio_id }))
  await good(theirs.editor.patch(`library/${theirs.message.audio_id}`, { title: 'Nuestro' }))
  // A message of our own after theirs: when it is there, theirs would have been.
  const { air_id } = await good(ours.editor.post<AirResponse>('player/air', { audio_id: ours.message.audio_id }))
  await player.next('air')
  await expect.poll(() => heardByPage.some(event => event.includes(air_id))).toBe(true)
  expect(player.received.filter(message => message.type === 'air').map(message => message.item.audio_id)).toEqual([ours.message.audio_id, ours.message.audio_id])
  expect(heardByPage.filter(event => event.includes(theirs.message.audio_id) || event.includes(theirs.player.player_id))).toEqual([])
  page.close()
  player.close()
})

it('lets a person act only for the clients that they belong to, whatever the session says', async () => {
  const email = 'both@mediaflow.test'
  const both = await addMember(server.url, ours.owner, 'viewer', email)
  const { invitation_id } = await good(theirs.owner.post<Invitation>('client/invitations', { email, role: 'editor' }))
  await good(callerOf(server.url).post(`client/invitations/${invitation_id}/accept`, { password: PASSWORD }))
  const me = await good(both.put<Me>('client/active', { client_id: theirs.client_id }))
  expect(me.client).toMatchObject({ client_id: theirs.client_id, role: 'editor' })
  expect((await good(both.get<{ items: Store[] }>('client/stores'))).items.map(store => store.store_id)).toContain(theirs.store_id)
  const { items } = await good(theirs.owner.get<{ items: Member[] }>('client/members'))
  await good(theirs.owner.delete(`client/members/${items.find(member => member.email === email)!.member_id}`))
  expect((await both.put('client/active', { client_id: theirs.client_id })).status).toBe(404)
  expect((await good(both.get<Me>('client/me'))).client).toMatchObject({ client_id: ours.client_id, role: 'viewer' })
  expect((await good(both.get<{ items: Voice[] }>('audio/voices'))).items.map(voice => voice.voice_id)).toContain(ours.voice_id)
})

it('lets everybody who may, on every route', async () => {
  const byAccess: Record<Access, Caller> = {
    public: callerOf(server.url), person: ours.viewer, admin, viewer: ours.viewer, editor: ours.editor, owner: ours.owner, player: ours.player.http,
    pairing: bearerOf(server.url, ours.pairing.secret), member_or_player: ours.player.http,
  }
  const wrong: string[] = []
  // What is refused for another reason than who asks.
  const exceptions: Record<string, number> = { 'POST /api/v1/client/setup': 403, 'POST /api/v1/client/invitations/{invitation_id}/accept': 404, 'DELETE /api/v1/client/stores/{store_id}': 409, 'POST /api/v1/library/{audio_id}/retry': 409, 'POST /api/v1/audio/tracks/{track_id}/retry': 409, 'POST /api/v1/alert/{alert_id}/seen': 404, 'GET /feeds/{token}.ics': 404 }
  for (const name of Object.keys(CASES)) {
    const route = routes.find(found => found.name === name)!
    const callers = [byAccess[route.access]]
    // A key of the same role may too; what is gone after the first time is not asked for twice.
    if (route.takes_keys && route.access in ours.keys && route.method !== 'DELETE' && !name.endsWith('/approve') && !ONCE.includes(name) && !name.includes('{upload_id}')) callers.push(ours.keys[route.access as 'viewer'])
    for (const [index, caller] of callers.entries()) {
      const response = await call(caller, route, CASES[name]!(ours))
      const expected = exceptions[name] ?? route.good
      if (response.status !== expected) wrong.push(`${name}${index ? ' with a key' : ''}: ${response.status}, and should be ${expected}: ${(await response.text()).slice(0, 200)}`)
      else await response.body?.cancel()
    }
  }
  expect(wrong).toEqual([])
})
