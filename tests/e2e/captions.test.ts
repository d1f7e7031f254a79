import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeMp3 } from '../../server/services/audio/codec/mp3-decoder'
import type { AirItem } from '../../shared/protocol'
import type { FinishedMessage, GenerateResponse, Message, Voice } from '../../shared/schemas/audio'
import type { JinglePreset } from '../../shared/schemas/jingle'
import type { MessageVersion } from '../../shared/schemas/library'
import { addClient, ADMIN_ENV, good, pairPlayer, signIn, type PairedPlayer, type TestClient } from '../fixtures/api'
import { startElevenLabsStandIn, type StandIn } from '../fixtures/elevenlabs-stand-in'
import { openPlayer, type PlayerSocket } from '../fixtures/sockets'
import { startServer, type TestServer } from '../fixtures/server'
import { toneOnset_ms } from '../fixtures/tone-speech'

/** What is shown, and the tone (the word that is said) at which each of its words is heard. */
const TEXT = '[alegre] Hola a todos: hoy café por 10 € en Zaya, planta 2'
const TONES = [['Hola', 0], ['a', 1], ['todos:', 2], ['hoy', 3], ['café', 4], ['por', 5], ['10', 6], ['€', 7], ['en', 8], ['Zaya,', 9], ['planta', 11], ['2', 12]] as const
const WITHIN_MS = 60

let vendor: StandIn
let server: TestServer
let client: TestClient
let player: PairedPlayer
let television: PlayerSocket
let laura: Voice
let presets: JinglePreset[]

beforeAll(async () => {
  vendor = await startElevenLabsStandIn({ tier: 'creator', speaks_tones: true })
  server = await startServer({ ...ADMIN_ENV, ELEVENLABS_API_KEY: vendor.api_key, ELEVENLABS_BASE_URL: vendor.base_url })
  client = await addClient(server.url, await signIn(server.url), 'Supermercado Sol')
  laura = (await good(client.owner.get<{ items: Voice[] }>('audio/voices'))).items.find(voice => voice.name === 'Laura')!
  presets = (await good(client.owner.get<{ items: JinglePreset[] }>('audio/jingle-presets'))).items
  await good(client.editor.post('audio/pronunciations', { written: 'Zaya', spoken: 'sa ya' }))
  player = await pairPlayer(server.url, client.editor, { store_id: client.store_id })
  television = await openPlayer(server.url, player.token)
}, 180_000)
afterAll(async () => {
  television.close()
  await server.stop()
  await vendor.close()
})

/** The message as a television gets it. */
async function aired(audio_id: string): Promise<AirItem> {
  await good(client.editor.post('player/air', { audio_id }))
  return (await television.next('air')).item
}

/** How far the words of what was aired are from where they sound, ms at most. */
async function worstOf(item: AirItem, text = TEXT, tones: readonly (readonly [string, number])[] = TONES): Promise<number> {
  const response = await fetch(new URL(item.url, server.url), { headers: { authorization: `Bearer ${player.token}` } })
  const { channels, sample_rate } = await decodeMp3(new Uint8Array(await response.arrayBuffer()))
  expect(item.words!.map(([offset]) => /\S+/y.exec(text.slice(offset))![0])).toEqual(tones.map(([word]) => word))
  return Math.max(...item.words!.map(([_, at_ms], place) => Math.abs(at_ms - toneOnset_ms(channels[0]!, sample_rate, tones[place]![1], at_ms))))
}

const generate = (more: Record<string, unknown> = {}) => good(client.editor.post<GenerateResponse>('audio/generate', { text: TEXT, voice_id: laura.voice_id, ...more }))

describe('captions word by word', () => {
  it('come with a live message, and are where the words sound in its file', async () => {
    const { audio_id } = await generate()
    expect(vendor.spoken().at(-1)!.body).toMatchObject({ text: 'Hola a todos: hoy café por diez euros en sa ya, planta dos' })
    expect(await worstOf(await aired(audio_id))).toBeLessThan(WITHIN_MS)
    // What lists show has none of them.
    expect(await good(client.viewer.get<Message>(`library/${audio_id}`))).not.toHaveProperty('words')
  })

  it('are where the words sound with music before and under them, with speech that was kept', async () => {
    const spoken = vendor.spoken().length
    for (const { preset_id } of presets) {
      const { audio_id } = await generate({ jingle: { preset_id } })
      expect(await worstOf(await aired(audio_id))).toBeLessThan(WITHIN_MS)
    }
    expect(vendor.spoken()).toHaveLength(spoken)
  })

  it('move when a draft is mixed anew', async () => {
    const { audio_id } = await generate({ save: false })
    const { preset_id } = presets[0]!
    await good(client.editor.post<FinishedMessage>('audio/mix', { audio_id, jingle: { preset_id } }))
    const item = await aired(audio_id)
    expect(item.words![0]![1]).toBeGreaterThan(1000)
    expect(await worstOf(item)).toBeLessThan(WITHIN_MS)
  })

  it('belong to a version, and come back with it', async () => {
    const { audio_id } = await generate()
    const before = (await aired(audio_id)).words
    await good(client.editor.post(`library/${audio_id}/versions`, { text: 'Ya cerramos' }))
    const item = await aired(audio_id)
    expect(await worstOf(item, 'Ya cerramos', [['Ya', 0], ['cerramos', 1]])).toBeLessThan(WITHIN_MS)
    const versions = (await good(client.editor.get<{ items: MessageVersion[] }>(`library/${audio_id}/versions`))).items
    expect(versions[1]).not.toHaveProperty('words')
    await good(client.editor.post(`library/${audio_id}/versions/${versions[1]!.version_id}/restore`))
    expect((await aired(audio_id)).words).toEqual(before)
  })

  it('are those of what somebody had said otherwise by hand', async () => {
    const { audio_id } = await generate({ text: 'Black Friday en planta 2', spoken_text: 'blac fraidei en la planta dos' })
    expect(await worstOf(await aired(audio_id), 'Black Friday en planta 2', [['Black', 0], ['Friday', 1], ['en', 2], ['planta', 4], ['2', 5]])).toBeLessThan(WITHIN_MS)
  })

  it('are none where the voice gives no times', async () => {
    const { audio_id } = await generate({ voice_id: client.voice_id })
    expect(await aired(audio_id)).not.toHaveProperty('words')
  })
})
