import type { Message } from '#shared/schemas/audio'
import type { Sound } from '~/stores/audio'

/**
 * The dashboard's one audio element: one sound at a time, whoever starts it.
 * Its state stands in the audio store, so that every card and the page after this one see the same.
 */
let element: HTMLAudioElement | null = null
let frame = 0
/** Where the element stood when that was looked at last, ms. */
let heard_ms = 0

export function useAudio() {
  const store = useAudioStore()
  const notification = useNotification()
  const { t } = useI18n()
  const route = useRoute()

  function audio(): HTMLAudioElement {
    if (element) return element
    element = new Audio()
    element.preload = 'auto'
    element.addEventListener('playing', () => {
      store.loading = false
      store.playing = true
      follow()
    })
    element.addEventListener('pause', () => {
      store.playing = false
    })
    // The tab may be in the background, where no frame is drawn.
    element.addEventListener('timeupdate', stopAtEnd)
    element.addEventListener('ended', () => {
      store.playing = false
      store.position_ms = 0
      element!.currentTime = 0
    })
    return element
  }

  // `timeupdate` comes four times a second: too coarse for a short message.
  function follow() {
    cancelAnimationFrame(frame)
    const step = () => {
      if (!store.playing || !element) return
      store.position_ms = Math.round(element.currentTime * 1000)
      stopAtEnd()
      frame = requestAnimationFrame(step)
    }
    frame = requestAnimationFrame(step)
  }

  /** A sound that ends before its file does; who jumps behind its end hears on. */
  function stopAtEnd() {
    const { duration_ms = 0, to_ms = duration_ms } = store.sound ?? {}
    const now_ms = element!.currentTime * 1000
    const crossed = heard_ms < to_ms && now_ms >= to_ms
    heard_ms = now_ms
    if (!store.playing || to_ms >= duration_ms || !crossed) return
    element!.pause()
    moveTo(0)
  }

  /** Plays a sound from `from_ms`, or from where it was left when it is the one at hand. */
  async function play(sound: Sound, from_ms?: number) {
    const player = audio()
    if (store.sound?.id !== sound.id || store.sound.url !== sound.url) {
      player.src = sound.url
      store.sound = { ...sound, page: route.path }
      store.position_ms = 0
      from_ms ??= 0
    }
    else {
      Object.assign(store.sound, { from_ms: sound.from_ms, to_ms: sound.to_ms })
    }
    // From its beginning is from where it begins to sound.
    if ((from_ms ?? store.position_ms) === 0 && sound.from_ms) from_ms = sound.from_ms
    if (from_ms !== undefined) moveTo(from_ms)
    store.loading = true
    try {
      await player.play()
    }
    catch (error) {
      // Another sound took over before this one began: not a failure.
      if ((error as DOMException).name === 'AbortError') return
      stop()
      notification.failure(t('audio.playback_failed', { title: sound.title }), error)
    }
  }

  function moveTo(ms: number) {
    const duration = store.sound?.duration_ms || Infinity
    heard_ms = store.position_ms = Math.round(Math.min(Math.max(ms, 0), duration))
    audio().currentTime = store.position_ms / 1000
  }

  function pause() {
    element?.pause()
  }

  function stop() {
    pause()
    store.loading = false
    store.sound = null
    store.position_ms = 0
  }

  function toggle(sound: Sound) {
    return isPlaying(sound.id) ? pause() : play(sound)
  }

  /** Moves inside a sound; one that was not at hand is taken at hand, silent until it is played. */
  function seek(sound: Sound, ms: number) {
    if (store.sound?.id !== sound.id) {
      pause()
      audio().src = sound.url
      store.sound = { ...sound, page: route.path }
    }
    moveTo(ms)
  }

  const isCurrent = (id: string) => store.sound?.id === id
  const isLoading = (id: string) => isCurrent(id) && store.loading
  const isPlaying = (id: string) => isCurrent(id) && store.playing
  /** Where a sound stands, in ms; 0 when another one is at hand. */
  const positionOf = (id: string) => isCurrent(id) ? store.position_ms : 0

  return { play, pause, stop, toggle, seek, isCurrent, isLoading, isPlaying, positionOf }
}

/** A message as the dashboard's audio element takes it. */
export function soundOf(message: Message): Sound {
  return { id: message.audio_id, url: message.audio_url ?? '', title: message.title, duration_ms: message.duration_ms }
}
