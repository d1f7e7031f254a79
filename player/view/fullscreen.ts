/** The parts of a document that deal with the whole screen, with the names that engines before Chromium 71 have for them. */
interface ScreenDocument {
  fullscreenEnabled?: boolean
  webkitFullscreenEnabled?: boolean
  fullscreenElement?: Element | null
  webkitFullscreenElement?: Element | null
  documentElement: { requestFullscreen?: () => Promise<void> | undefined, webkitRequestFullscreen?: () => void }
  addEventListener: (type: string, listener: () => void) => void
}

export interface FullscreenOptions {
  page: ScreenDocument
  /** Whether the page has all of the screen already: an app, a kiosk, a television that shows pages so. */
  fills: () => boolean
  store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** Whether a tap is wanted. */
  onChange: (wanted: boolean) => void
}

const KEY = 'mediaflow_player_fullscreen'
/** Nobody wants it here. */
const NO = 'no'

/** Asks for the whole screen, which browsers grant only within a gesture and never keep over a reload. */
export function createFullscreen({ page, fills, store, onChange }: FullscreenOptions) {
  const can = () => !!(page.fullscreenEnabled || page.webkitFullscreenEnabled)
  const has = () => !!(page.fullscreenElement || page.webkitFullscreenElement)
  /** The browser would not, though it said that it could. */
  let refused = false
  let told = false
  const wanted = () => can() && !has() && !fills() && !refused && store.getItem(KEY) !== NO

  function look() {
    const now = wanted()
    if (now === told) return
    told = now
    onChange(now)
  }

  function refuse() {
    refused = true
    look()
  }

  for (const type of ['fullscreenchange', 'webkitfullscreenchange']) page.addEventListener(type, look)

  return {
    wanted,
    /** To be called when the window may have changed its size. */
    look,
    /** "It is fine as it is": remembered. */
    decline() {
      store.setItem(KEY, NO)
      look()
    },
    /** To be called synchronously inside a key or tap handler. */
    ask() {
      if (!wanted()) return
      const { documentElement: root } = page
      try {
        if (!root.requestFullscreen) root.webkitRequestFullscreen!()
        // a browser that refuses within a gesture will do so again: this page does not ask for more
        else Promise.resolve(root.requestFullscreen()).then(look, refuse)
      }
      catch {
        refuse()
      }
    },
  }
}
