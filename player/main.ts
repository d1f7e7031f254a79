import { createApp, h, shallowReactive } from 'vue'
import { localStore, openKeep } from './core/keep'
import { measure } from './core/level'
import { createPlayer } from './core/player'
import { silentMp3 } from './core/silence'
import { initialState } from './core/state'
import PlayerScreen from './PlayerScreen.vue'
import './player.css'
import { listenToRemote } from './remote'
import type { Language } from './texts'

declare const PLAYER_VERSION: string

const root = document.getElementById('player')!
const language = root.getAttribute('data-language') as Language
const brand = root.getAttribute('data-brand') || ''
const state = shallowReactive(initialState())
// the first picture has to be the server's: what only the browser knows comes a moment later
const screen = shallowReactive({ origin: '' })

createApp({ render: () => h(PlayerScreen, { state, language, brand, origin: screen.origin }) }).mount(root)
screen.origin = location.origin

void openKeep().then((keep) => {
  const element = new Audio()
  element.preload = 'auto'
  const player = createPlayer({
    origin: location.origin,
    version: PLAYER_VERSION,
    keep,
    store: localStore(),
    element,
    silence: URL.createObjectURL(new Blob([silentMp3()], { type: 'audio/mpeg' })),
    measure,
    reload: () => location.reload(),
    onChange: current => Object.assign(state, current),
  })
  listenToRemote(window, player.press, player.turn)
  addEventListener('online', player.wake)
  addEventListener('error', event => player.fault(`page: ${event.message}`))
  addEventListener('unhandledrejection', event => player.fault(`page: ${event.reason}`))
  // a read-only copy of what is on the screen, for tests and for whoever looks at a set from afar
  Object.defineProperty(window, '__player', { get: () => JSON.parse(JSON.stringify(player.state())) })
  return player.start()
})
