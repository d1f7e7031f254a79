import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeMp3 } from '../../server/services/audio/codec/mp3-decoder'
import type { FinishedMessage, GenerateResponse, Message, Voice } from '../../shared/schemas/audio'
import type { JinglePreset, JingleRecipe } from '../../shared/schemas/jingle'
import type { AudioSettings } from '../../shared/schemas/settings'
import { integratedLoudness } from '../../shared/utils/loudness'
import { addClient, ADMIN_ENV, good, makeMessage, signIn, type Caller, type TestClient } from '../fixtures/api'
import { startElevenLabsStandIn, type StandIn } from '../fixtures/elevenlabs-stand-in'
import { startServer, type TestServer } from '../fixtures/server'

const TEXT = 'Estimados clientes, nuestra tienda cierra en quince minutos.'
const UNKNOWN = '01936f2a-7c40-7a1e-9d3b-2f6c8a51e0d4'

let vendor: StandIn
let server: TestServer
let admin: Caller
let client: TestClient
let other: TestClient
let laura: Voice
let presets: JinglePreset[]

beforeAll(async () => {
  vendor = await startElevenLabsStandIn({ tier: 'creator' })
  server = await startServer({ ...ADMIN_ENV, ELEVENLABS_API_KEY: vendor.api_key, ELEVENLABS_BASE_URL: vendor.base_url })
  admin = await signIn(server.url)
  client = await addClient(server.url, admin, 'Supermercado Sol')
  other = await addClient(server.url, admin, 'Zapatería Luna')
  const { items } = await good(client.owner.get<{ items: Voice[] }>('audio/voices'))
  laura = items.find(voice => voice.name === 'Laura')!
  presets = await listPresets()
}, 180_000)
afterAll(async () => {
  await server.stop()
  await vendor.close()
})

const listPresets = async (of = client) => (await good(of.owner.get<{ items: JinglePreset[] }>('audio/jingle-presets'))).items
const presetOf = (name: string, of = presets) => of.find(preset => preset.name === name)!
const generate = (more: Record<string, unknown> = {}, caller = client.editor) => caller.post<GenerateResponse>('audio/generate', { text: TEXT, voice_id: laura.voice_id, ...more })
const mix = (audio_id: string, jingle: unknown, caller = client.editor) => caller.post<FinishedMessage>('audio/mix', { audio_id, jingle })
const calls = () => vendor.spoken().length
async function heard({ audio_url }: Pick<Message, 'audio_url'>) {
  const bytes = new Uint8Array(await (await client.editor.fetch(audio_url!)).arrayBuffer())
  return { bytes, ...await decodeMp3(bytes) }
}

describe('a new client', () => {
  it('has recipes with music, one of them the default', async () => {
    expect(presets.map(({ name }) => name)).toEqual(['Suave', 'Corto', 'Con campanilla', 'Radio', 'Solo campanilla'])
    expect(presets.filter(({ is_default }) => is_default).map(({ name }) => name)).toEqual(['Suave'])
    const theirs = await listPresets(other)
    expect(theirs.map(({ name }) => name)).toEqual(presets.map(({ name }) => name))
    expect(theirs[0]!.recipe.bed_track_id).not.toBe(presets[0]!.recipe.bed_track_id)
  })
})

describe('a message with a jingle', () => {
  it('is the voice in its music: longer, stereo, and as loud as any other', async () => {
    const plain = await good(generate())
    const before = calls()
    const mixed = await good(generate({ jingle: { preset_id: presetOf('Con campanilla').preset_id } }))
    expect([mixed.speech_cached, calls()]).toEqual([true, before])
    expect(mixed.jingle).toEqual(presetOf('Con campanilla').recipe)
    // Silence, chime, intro, outro and silence around the voice, which loses what was kept of the silence around it.
    expect(Math.abs(mixed.duration_ms - plain.duration_ms - 100 - 2200 - 3000 - 4500 - 200)).toBeLessThan(120)
    const { channels, sample_rate } = await heard(mixed)
    expect(Math.abs(integratedLoudness(channels, sample_rate) + 16)).toBeLessThanOrEqual(0.1)
    expect(mixed.true_peak_dbtp).toBeLessThanOrEqual(-1)
    expect(channels[0]).not.toEqual(channels[1])
    expect(mixed.bytes / mixed.duration_ms * 8).toBeCloseTo(192, -1)
    expect(await good(client.viewer.get<Message>(`library/${mixed.audio_id}`))).toMatchObject({ jingle: mixed.jingle, sha256: mixed.sha256 })
  })

  it('says its step', async () => {
    const response = await client.editor.fetch('audio/generate', { method: 'POST', headers: { 'content-type': 'application/json', 'accept': 'text/event-stream' }, body: JSON.stringify({ text: TEXT, voice_id: laura.voice_id, save: false, jingle: { preset_id: presets[0]!.preset_id } }) })
    expect([...(await response.text()).matchAll(/"step":"(\w+)"/g)].map(([, step]) => step)).toEqual(['speech', 'mix', 'storing'])
  })

  it('takes what the request says over what the voice says, and that over the preset', async () => {
    await good(client.editor.patch(`audio/voices/${laura.voice_id}`, { jingle: { outro_ms: 1000, intro_ms: 1500 } }))
    const { recipe, preset_id } = presetOf('Corto')
    const { jingle } = await good(generate({ save: false, jingle: { preset_id, overrides: { intro_ms: 2000 } } }))
    expect(jingle).toEqual({ ...recipe, outro_ms: 1000, intro_ms: 2000 })
    const whole: JingleRecipe = { ...recipe, bed_track_id: null, voice_over_bed_lu: 15 }
    const exact = await good(generate({ save: false, jingle: whole }))
    expect(exact.jingle).toEqual({ ...whole, bed_track_id: presetOf('Suave').recipe.bed_track_id })
    const { jingle: cleared } = await good(client.editor.patch<Voice>(`audio/voices/${laura.voice_id}`, { jingle: null }))
    expect(cleared).toBeNull()
  })

  it('is the same file when it is made again', async () => {
    const [first, second] = [await good(generate({ jingle: { preset_id: presets[1]!.preset_id } })), await good(generate({ jingle: { preset_id: presets[1]!.preset_id } }))]
    expect(second.audio_id).not.toBe(first.audio_id)
    expect(second.sha256).toBe(first.sha256)
  })

  it.each<[string, () => unknown, number, string]>([
    ['a preset that there is not', () => ({ preset_id: UNKNOWN }), 404, 'preset_not_found'],
    ['a preset of another client', async () => ({ preset_id: (await listPresets(other))[0]!.preset_id }), 404, 'preset_not_found'],
    ['a bed of another client', async () => ({ ...presets[0]!.recipe, bed_track_id: (await listPresets(other))[0]!.recipe.bed_track_id }), 404, 'track_not_found'],
    ['a chime for a bed', () => ({ ...presets[0]!.recipe, bed_track_id: presetOf('Radio').recipe.chime_track_id }), 404, 'track_not_found'],
    ['half a recipe', () => ({ intro_ms: 3000 }), 400, 'invalid_request'],
    ['a distance that nobody would hear', () => ({ preset_id: presets[0]!.preset_id, overrides: { voice_over_bed_lu: 90 } }), 400, 'invalid_request'],
    ['a word', () => 'Suave', 400, 'invalid_request'],
  ])('is refused for %s', async (_, jingle, status, code) => {
    const before = calls()
    const answer = await generate({ text: 'Esto no se dirá nunca.', jingle: await jingle() })
    expect([answer.status, answer.error.code]).toEqual([status, code])
    expect(calls()).toBe(before)
  })
})

describe('another mix of a draft', () => {
  it('never calls the provider, and changes the draft in its place', async () => {
    const draft = await good(generate({ save: false, text: 'Hoy hay ofertas en frutas y verduras.' }))
    const before = calls()
    let last: FinishedMessage = draft
    for (const name of ['Suave', 'Radio', 'Solo campanilla']) {
      const { preset_id, recipe } = presetOf(name)
      const mixed = await good(mix(draft.audio_id, { preset_id }))
      expect(mixed).toMatchObject({ audio_id: draft.audio_id, status: 'draft', jingle: recipe, text: draft.text })
      expect(mixed.sha256).not.toBe(last.sha256)
      expect(Math.abs(mixed.lufs + 16)).toBeLessThanOrEqual(0.1)
      last = mixed
    }
    const alone = await good(mix(draft.audio_id, null))
    expect([alone.jingle, alone.sha256, alone.duration_ms]).toEqual([null, draft.sha256, draft.duration_ms])
    expect(calls()).toBe(before)
  })

  it('is for drafts of one\'s own only', async () => {
    const draft = await good(generate({ save: false }))
    const saved = await good(generate())
    const { preset_id } = presets[0]!
    expect((await mix(draft.audio_id, null, other.editor)).error.code).toBe('message_not_found')
    expect((await mix(UNKNOWN, { preset_id })).status).toBe(404)
    const kept = await mix(saved.audio_id, { preset_id })
    expect([kept.status, kept.error.code]).toEqual([409, 'message_kept'])
    expect((await mix(draft.audio_id, undefined)).status).toBe(400)
    expect((await mix(draft.audio_id, null, client.viewer)).status).toBe(403)
  })
})

describe('recipes of a client', () => {
  it('are added, changed, made the default and removed', async () => {
    const recipe = { ...presets[0]!.recipe, intro_ms: 2500 }
    const added = await good(client.editor.post<JinglePreset>('audio/jingle-presets', { name: 'Navidad', recipe, is_default: true }))
    expect(added).toMatchObject({ name: 'Navidad', recipe, is_default: true, position: 5 })
    expect((await listPresets()).filter(({ is_default }) => is_default)).toEqual([added])
    expect(await good(client.editor.patch<JinglePreset>(`audio/jingle-presets/${added.preset_id}`, { name: 'Fiestas' }))).toMatchObject({ name: 'Fiestas', recipe })
    // A name that another one has, however it is written.
    expect((await client.editor.post('audio/jingle-presets', { name: 'FIESTAS', recipe })).error.code).toBe('preset_exists')
    expect((await client.editor.patch(`audio/jingle-presets/${added.preset_id}`, { name: presets[0]!.name })).error.code).toBe('preset_exists')
    await good(client.editor.delete(`audio/jingle-presets/${added.preset_id}`))
    expect((await listPresets()).filter(({ is_default }) => is_default).map(({ name }) => name)).toEqual(['Suave'])
    expect((await client.editor.delete(`audio/jingle-presets/${added.preset_id}`)).error.code).toBe('preset_not_found')
    expect((await client.editor.post('audio/jingle-presets', { name: 'x', recipe: { ...recipe, bed_track_id: UNKNOWN } })).error.code).toBe('track_not_found')
    expect((await client.editor.post('audio/jingle-presets', { name: '', recipe })).error.fields?.map(({ path }) => path)).toEqual(['name'])
  })
})

describe('settings of the sound', () => {
  const put = (body: unknown, caller = client.owner) => caller.put<AudioSettings>('settings/audio', body)

  it('are what every client begins with, and shape what is made from then on', async () => {
    const before = { target_lufs: -16, ceiling_dbtp: -1, mono_kbps: 128, stereo_kbps: 192, sample_rate: 44_100 }
    expect(await good(client.viewer.get('settings/audio'))).toEqual(before)
    const set = { target_lufs: -23, ceiling_dbtp: -3, mono_kbps: 96, stereo_kbps: 256, sample_rate: 48_000 }
    expect(await good(put(set))).toEqual(set)
    const plain = await good(generate())
    expect(Math.abs(plain.lufs + 23)).toBeLessThanOrEqual(0.1)
    expect(plain.true_peak_dbtp).toBeLessThanOrEqual(-3)
    expect(plain.bytes / plain.duration_ms * 8).toBeCloseTo(97, -1)
    expect((await heard(plain)).sample_rate).toBe(48_000)
    const mixed = await good(generate({ jingle: { preset_id: presets[0]!.preset_id } }))
    expect(Math.abs(mixed.lufs + 23)).toBeLessThanOrEqual(0.1)
    expect((await heard(mixed)).sample_rate).toBe(48_000)
    expect(await good(other.owner.get('settings/audio'))).toEqual(before)
    expect(await good(put({}))).toEqual(before)
  })

  it.each<[string, unknown]>([
    ['louder than anything may be', { target_lufs: -8 }],
    ['quieter than anything may be', { target_lufs: -31 }],
    ['a ceiling over full scale', { ceiling_dbtp: 1 }],
    ['a bitrate that we do not make', { stereo_kbps: 193 }],
    ['a rate that televisions do not take', { sample_rate: 96_000 }],
    ['a setting that there is not', { volume: 11 }],
    ['a list', []],
  ])('refuse %s', async (_, body) => {
    expect((await put(body)).status).toBe(400)
  })

  it('have names, and roles', async () => {
    expect((await client.owner.get('settings/secrets')).status).toBe(404)
    expect((await client.owner.put('settings/__proto__', {})).status).toBe(404)
    expect((await put({}, client.viewer)).status).toBe(403)
  })
})

it('a file says its title and whose it is', async () => {
  const message = await makeMessage(client.editor, laura.voice_id, TEXT, { title: 'Cierre de tienda' })
  const { bytes, channels } = await heard(message)
  const tags = new TextDecoder('utf-16le').decode(bytes.slice(0, 200).filter((_, at) => at >= 23 && at < 55))
  expect(new TextDecoder().decode(bytes.slice(0, 3))).toBe('ID3')
  expect(tags).toContain('Cierre de tienda')
  expect(bytes.length).toBe(message.bytes)
  expect(Math.round(channels[0]!.length / 44.1)).toBe(message.duration_ms)
})
