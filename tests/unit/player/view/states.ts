import type { PlayerState } from '../../../../player/core/state'
import { initialState } from '../../../../player/core/state'
import type { Here } from '../../../../player/view/here'

const player = { player_id: '1', name: 'TV Caja 3', store_id: '2', store_name: 'Tienda Centro', client_name: 'Supermercado Sol', time_zone: 'Europe/Madrid' }
const wall_clock = { utc_offset_minutes: 60, changes_at: null, next_utc_offset_minutes: null }
const time = Date.parse('2026-11-23T12:05:30Z')
const TEXT = 'Estimados clientes, nuestra tienda cierra en quince minutos.'

export const HERE: Here = { brand: 'MediaFlow', origin: 'https://tienda.example.com', version: '1.2.3', engine: 'Tizen 5.5 · Chromium 69', restarts: 'yes', info: false }

export const state = (about: Partial<PlayerState> = {}): PlayerState => ({ ...initialState(), ...about })
const paired = (about: Partial<PlayerState> = {}) => state({
  phase: 'paired', paired: true, connected: true, connection: 'online', sound: 'unlocked', player, wall_clock, time, synced_at: '2026-11-23T12:05:20.000Z',
  volume: 0.85, clock_offset_ms: 12, next: { title: 'Cierre', due_at: '2026-11-23T19:45:00.000Z' }, music: 'Mañana de domingo',
  files: { needed_today: 12, ready_today: 12, bytes: 34e6 }, storage: { usage_bytes: 34e6, quota_bytes: 2.1e9 },
  heard: [{ play_id: '9', title: 'Oferta de pan', ended_at: '2026-11-23T11:58:00.000Z', heard_ms: 4_000, level_db: -18 }], ...about,
})
const onAir = (about: Partial<NonNullable<PlayerState['now']>> = {}): PlayerState['now'] => ({
  play_id: '7', title: 'Cierre de la tienda', text: TEXT, priority: 'live', started_at: '2026-11-23T12:05:28.000Z', position_ms: 2_000, duration_ms: 5_000, ...about,
})
const words = [...TEXT.matchAll(/\S+/g)].map(({ index }, i): [number, number] => [index, i * 500])
const TODAY = [{ from: '2026-11-23T08:00:00.000Z', to: '2026-11-23T12:00:00.000Z' }]

/** Every picture that a screen shows. */
export const STATES: Record<string, { state: PlayerState, here?: Partial<Here> }> = {
  'starting': { state: state() },
  'pairing': { state: state({ phase: 'pairing', connection: 'online', code: 'ABCD2345', qr: { size: 29, path: 'M0 0h7v7h-7z' } }) },
  'pairing by http': { state: state({ phase: 'pairing', connection: 'online', code: 'ABCD2345', qr: { size: 29, path: 'M0 0h7v7h-7z' } }), here: { restarts: 'http' } },
  'pairing without server': { state: state({ phase: 'pairing', connection: 'offline' }) },
  'unlock': { state: paired({ sound: 'locked', waits_for_tap: 'sound', music: null }) },
  'fullscreen': { state: paired({ waits_for_tap: 'fullscreen' }) },
  'idle': { state: paired() },
  'idle, new': { state: paired({ next: null, music: null, heard: [], files: null, synced_at: null }) },
  'client colours': { state: paired({ look: { logo_url: '/media/logo.png', logo_src: 'blob:logo', colour: '#0a3d91' } as PlayerState['look'] }) },
  'on air': { state: paired({ now: onAir() }) },
  'on air, words': { state: paired({ now: onAir({ words }) }) },
  'on air, long': { state: paired({ now: onAir({ text: TEXT.repeat(9), title: 'Un aviso largo', position_ms: 3_000 }) }) },
  'on air, no captions': { state: paired({ captions: false, now: onAir() }) },
  'emergency': { state: paired({ now: onAir({ priority: 'emergency', title: 'Evacuación', text: 'Atención: por favor, diríjanse con calma a la salida más cercana.' }) }) },
  'loading': { state: paired({ now: onAir({ started_at: null, position_ms: 0 }) }) },
  'offline': { state: paired({ connection: 'offline', connected: false }) },
  'replaced': { state: paired({ connection: 'replaced', connected: false }) },
  'muted': { state: paired({ muted: true }) },
  'volume': { state: paired({ volume_shown: true }) },
  'fetching': { state: paired({ files: { needed_today: 12, ready_today: 7, bytes: 1e6 } }) },
  'closed': { state: paired({ open: TODAY, open_known_until: time + 3_600_000 }) },
  'closed, on air': { state: paired({ open: TODAY, open_known_until: time + 3_600_000, now: onAir() }) },
  'identify': { state: paired({ identifying: true }) },
  'info': { state: paired({ errors: ['audio: stood still'] }), here: { info: true } },
  'info by http': { state: paired({ storage: null, clock_offset_ms: -3_240 }), here: { info: true, restarts: 'http' } },
}
