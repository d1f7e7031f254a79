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
/** Nobody wants it here, or the browser would not. */
const NO = 'no'

/** Asks for the whole screen, which browsers grant only within a gesture and never keep over a reload. */
export function createFullscreen({ page, fills, store, onChange }: FullscreenOptions) {
  const can = () => !!(page.fullscreenEnabled || page.webkitFullscreenEnabled)
  const has = () => !!(page.fullscreenElement || page.webkitFullscreenElement)
  const wanted = () => can() && !has() && !fills() && store.getItem(KEY) !== NO
  let told = false

  function look() {
    const now = wanted()
    if (now === told) return
    told = now
    onChange(now)
  }

  function decline() {
    store.setItem(KEY, NO)
    look()
  }

  for (const type of ['fullscreenchange', 'webkitfullscreenchange']) page.addEventListener(type, look)

  return {
    wanted,
    /** To be called when the window may have changed its size. */
    look,
    /** "It is fine as it is": remembered. */
    decline,
    /** To be called synchronously inside a key or tap handler. */
    ask() {
      if (!wanted()) return
      const { documentElement: root } = page
      try {
        if (!root.requestFullscreen) root.webkitRequestFullscreen!()
        // a browser that refuses within a gesture will always refuse: it is not asked for again
        else Promise.resolve(root.requestFullscreen()).then(look, decline)
      }
      catch {
        decline()
      }
    },
  }
}
