import { localStore, openKeep } from './core/keep'
import { measure } from './core/level'
import { createPlayer } from './core/player'
import { silentMp3 } from './core/silence'
import type { PlayerState } from './core/state'
import { initialState } from './core/state'
import './player.css'
import { listenToRemote } from './remote'
import type { Texts } from './texts'
import { engineName } from './view/engine'
import { createFullscreen } from './view/fullscreen'
import type { Here } from './view/here'
import { createKeys } from './view/keys'
import { keepShell } from './view/shell'
import { createPainter } from './view/paint'
import { present } from './view/present'

declare const PLAYER_VERSION: string

/** Words are coloured as they are heard; what else moves does so more slowly. */
const WORDS_EVERY_MS = 60
const PROGRESS_EVERY_MS = 300
/** Of the screen: a page that has so much of it has all. */
const FULL = 0.98
const INFO_SHOWN_MS = 120_000
/** The page is ready first; then it is kept. */
const SHELL_AFTER_MS = 3_000

// what takes longest is begun first
const opening = openKeep()
const root = document.getElementById('player')!
const texts = JSON.parse(root.getAttribute('data-texts')!) as Texts
const here: Here = {
  brand: root.getAttribute('data-brand') || '',
  origin: location.origin,
  version: PLAYER_VERSION,
  engine: engineName(navigator.userAgent),
  restarts: window.isSecureContext ? null : 'http',
  info: false,
}
const paint = createPainter(root)

let state: PlayerState = initialState()
let positionMs = () => 0
let drawnAt = 0
let infoTimer: ReturnType<typeof setTimeout> | undefined

function draw() {
  const { now } = state
  drawnAt = performance.now()
  // the state says where it is once a second
  const moved = now && now.started_at && { now: Object.assign({}, now, { position_ms: positionMs() }) }
  paint(present(moved ? Object.assign({}, state, moved) : state, texts, here))
}

function showInfo(shown: boolean) {
  here.info = shown
  clearTimeout(infoTimer)
  // whoever opened it may have left
  if (shown) infoTimer = setTimeout(() => showInfo(false), INFO_SHOWN_MS)
  draw()
}

draw()
setInterval(() => {
  const { captions, now } = state
  if (!now || !now.started_at) return
  if ((captions && now.words) || performance.now() - drawnAt >= PROGRESS_EVERY_MS) draw()
}, WORDS_EVERY_MS)

if (window.isSecureContext) {
  setTimeout(() => void keepShell().then((restarts) => {
    here.restarts = restarts
    draw()
  }), SHELL_AFTER_MS)
}

void opening.then((keep) => {
  const element = new Audio()
  element.preload = 'auto'
  const store = localStore()
  const player = createPlayer({
    origin: location.origin,
    version: PLAYER_VERSION,
    keep,
    store,
    element,
    silence: URL.createObjectURL(new Blob([silentMp3()], { type: 'audio/mpeg' })),
    measure,
    reload: () => location.reload(),
    onChange(current) {
      state = current
      draw()
    },
  })
  positionMs = player.positionMs
  const fullscreen = createFullscreen({
    page: document,
    fills: () => innerWidth >= screen.width * FULL && innerHeight >= screen.height * FULL,
    store,
    onChange: player.wantFullscreen,
  })
  listenToRemote(window, createKeys({
    press: player.press,
    turn: player.turn,
    awaited: () => state.sound === 'locked' || state.connection === 'replaced',
    fullscreen,
    info: { shown: () => here.info, show: showInfo },
  }))
  addEventListener('resize', fullscreen.look)
  fullscreen.look()
  addEventListener('online', player.wake)
  addEventListener('error', event => player.fault(`page: ${event.message}`))
  addEventListener('unhandledrejection', event => player.fault(`page: ${event.reason}`))
  // a read-only copy of what is on the screen, for tests and for whoever looks at a set from afar
  Object.defineProperty(window, '__player', { get: () => JSON.parse(JSON.stringify(player.state())) })
  return player.start()
})
