import type { OnAir, PlayerState } from '../core/state'
import type { Texts } from '../texts'
import { glow, legible } from './colour'
import type { Here } from './here'
import { wallClock } from './wall-clock'
import { fitting, pieces, wordAt } from './words'

/** Everything on the screen as plain texts, classes, styles and yes or no: by these names the markup asks for it. */
export type View = ReturnType<typeof present>

const percent = (share: number) => `${Math.round(share * 100)} %`
const scale = (share: number) => `transform: scaleX(${Math.round(share * 1000) / 1000})`
const within = (share: number) => Math.min(1, Math.max(0, share))

/** Long scripts in smaller letters: a caption has to fit. */
function size(length: number) {
  if (length > 420) return 'caption-small'
  return length > 180 ? 'caption-medium' : 'caption-large'
}

/** What is on air. */
function presentAir(now: OnAir | null, state: PlayerState, texts: Texts) {
  const text = now && state.captions ? now.text : ''
  const title = now ? now.title : ''
  const times = now && fitting(text, now.words)
  const share = now && now.duration_ms ? within(now.position_ms / now.duration_ms) : 0
  return {
    air_label: now && now.priority === 'emergency' ? texts.emergency : texts.on_air,
    air_title: title,
    // a title that only repeats how the text begins says nothing twice
    air_titled: !text || text.indexOf(title.replace(/…$/, '')) !== 0,
    air_title_class: text ? 'air-title' : 'air-title is-alone',
    caption_class: `caption ${size(text.length)}${times ? ' is-timed' : ''}`,
    captioned: !!text,
    words: times ? pieces(text, times) : text ? [text] : [] as string[],
    word: times && now ? wordAt(times, now.position_ms) : -1,
    /** How far a text that does not fit is moved on, 0…1. */
    caption_share: text.length > 420 ? share : 0,
    progress: scale(share),
  }
}

/** What is seen when the client's day is over: only where somebody has said when that is. */
function isClosed({ open, open_known_until, time }: PlayerState) {
  return !!open && time < open_known_until && !open.some(({ from, to }) => time >= Date.parse(from) && time < Date.parse(to))
}

function gigabytes(bytes: number, texts: Texts) {
  const megabytes = bytes / 1e6
  return megabytes < 1_000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1_000).toFixed(1).replace('.', texts.decimal)} GB`
}

function presentClock(offset: number | null, texts: Texts) {
  if (offset === null) return texts.clock_unknown
  if (Math.abs(offset) < 50) return texts.clock_exact
  const seconds = Math.abs(offset) / 1000
  // the offset is what has to be added to the device's clock
  return `${seconds.toFixed(seconds < 10 ? 2 : 0).replace('.', texts.decimal)} s ${offset < 0 ? texts.clock_ahead : texts.clock_behind}`
}

/** The panel with the particulars. */
function presentInfo(state: PlayerState, texts: Texts, here: Here) {
  const { player, files, storage } = state
  return {
    info: here.info,
    info_name: player ? `${player.name} · ${player.store_name}` : here.brand,
    info_server: here.origin,
    info_version: here.version,
    info_engine: here.engine,
    info_clock: presentClock(state.clock_offset_ms, texts),
    info_files: files ? `${files.ready_today} ${texts.of} ${files.needed_today} ${texts.ready}` : '–',
    info_synced: state.synced_at ? wallClock(Date.parse(state.synced_at), state.wall_clock) : '–',
    info_storage: storage ? `${gigabytes(storage.usage_bytes, texts)} ${texts.of} ${gigabytes(storage.quota_bytes, texts)}` : '–',
    info_faults: state.errors.length ? state.errors.slice(-2).join('\n') : texts.none,
    info_restart: here.restarts ? texts[`restart_${here.restarts}`] : '–',
  }
}

/** What is asked of whoever stands before the screen. */
function presentPrompt(state: PlayerState, texts: Texts) {
  const replaced = state.connection === 'replaced'
  return {
    prompt_title: replaced ? texts.replaced : texts.unlock,
    prompt_hint: replaced ? texts.replaced_hint : texts.unlock_hint,
  }
}

/** The two bars at the edges. */
function presentBars(state: PlayerState, texts: Texts, here: Here, airing: boolean) {
  const { files, next, player, wall_clock } = state
  const paired = state.phase === 'paired'
  const at = (iso: string) => wallClock(Date.parse(iso), wall_clock)
  const heard = state.heard[0]
  const missing = files ? files.needed_today - files.ready_today : 0
  const known = paired && player
  return {
    store: known ? known.store_name : here.brand,
    store_class: known ? 'store' : 'store brand',
    client: known ? `${known.client_name} · ${known.name}` : '',
    // its own picture lies on the television: from afar it is fetched
    logo: paired && state.look ? (here.origin ? state.look.logo_src : state.look.logo_url) : null,
    // an unpaired set knows neither the server's time nor its store's zone
    clock: known ? wallClock(state.time, wall_clock) : '',
    // while something is heard, what comes is of more use than what was
    last_label: airing && next ? texts.next : heard ? texts.last_heard : '',
    last_time: airing && next ? at(next.due_at) : heard ? at(heard.ended_at) : '',
    last_title: airing && next ? next.title : heard ? heard.title : '',
    fetching: paired && missing > 0,
    files: files ? `${texts.fetching} ${files.ready_today}/${files.needed_today}` : '',
    synced: paired && state.synced_at ? `${texts.synced} ${at(state.synced_at)}` : '',
    volume: state.muted ? texts.muted : `${texts.volume} ${percent(state.volume)}`,
    volume_class: state.muted ? 'item is-muted' : 'item',
    paired,
    dot: `dot dot-${state.connection}`,
    connection: state.connection === 'replaced' ? texts.elsewhere : texts[state.connection],
  }
}

/**
 * What a player's state looks like. Pure: the server renders its first picture from it, the television paints by it,
 * and the dashboard shows a set from afar with it.
 */
export function present(state: PlayerState, texts: Texts, here: Here) {
  const { code, look, now, player, qr } = state
  const paired = state.phase === 'paired'
  const airing = paired && !!now && !!now.started_at
  const replaced = state.connection === 'replaced'
  // a code is read first: whoever enters it comes back to a screen that asks for its key
  const prompt = paired && (replaced || state.sound === 'locked')
  const idle = paired && !prompt && !airing
  const dim = idle && !here.info && !state.identifying && !state.volume_shown && isClosed(state)
  const colour = look && look.colour
  const next = state.next && `${texts.next}: ${state.next.title} · ${wallClock(Date.parse(state.next.due_at), state.wall_clock)}`

  // three at a time: of more, nobody knows the type
  return Object.assign({
    screen: `screen is-${state.phase}${airing && !prompt ? ' is-airing' : ''}${airing && now!.priority === 'emergency' ? ' is-emergency' : ''}${dim ? ' is-dim' : ''}`,
    look: colour ? `--calm:${legible(colour)};--air:${legible(colour)};--glow:${glow(colour)};` : '',
    starting: state.phase === 'starting',
    pairing: state.phase === 'pairing',
    prompt,
    air: airing && !prompt,
    idle,
    code_first: code ? code.slice(0, 4) : '····',
    code_second: code ? code.slice(4) : '····',
    address: `${here.origin.replace(/^https?:\/\//, '')}/players`,
    pair_http: here.restarts === 'http',
    // a place is kept for it until the code is there
    qr_framed: !!qr || !code,
    qr_box: qr ? `0 0 ${qr.size} ${qr.size}` : '0 0 1 1',
    qr_path: qr ? qr.path : '',
    idle_title: texts.idle,
    idle_hint: now ? now.title : next || texts.idle_hint,
    music: !!state.music,
    track: `♪ ${state.music || ''}`,
    fullscreen: state.waits_for_tap === 'fullscreen' && !here.info && !dim && state.phase !== 'starting',
    level: state.volume_shown,
    level_done: scale(state.volume),
    level_value: state.muted ? texts.muted : percent(state.volume),
    identify: state.identifying && !!player,
    identify_name: player ? player.name : '',
    identify_store: player ? `${player.store_name} · ${player.client_name}` : '',
  }, presentPrompt(state, texts), presentAir(airing ? now : null, state, texts), Object.assign(presentBars(state, texts, here, airing && !prompt), presentInfo(state, texts, here)))
}
