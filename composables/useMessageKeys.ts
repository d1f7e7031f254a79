import { useEventListener } from '@vueuse/core'
import type { Message } from '#shared/schemas/audio'

const SEEK_MS = 5000

interface Deeds {
  open: (message: Message) => void
  select: (message: Message, range: boolean) => void
}

/**
 * The keys of a list of messages. Up and down go from one to the next, left and right move 5 s inside the sound, space
 * plays and pauses, Enter opens, `x` chooses, `f` stars. One message at a time is reached by Tab.
 */
export function useMessageKeys(messages: () => Message[], list: Readonly<Ref<HTMLElement | null>>, deeds: Deeds) {
  const { toggle, seek, positionOf, isCurrent } = useAudio()
  const { setFavourite } = useMessageActions()
  const { can } = useClientStore()
  const store = useAudioStore()
  const current = ref(0)
  const tabStop = computed(() => Math.min(current.value, messages().length - 1))

  function move(to: number) {
    const item = list.value?.children[Math.min(Math.max(to, 0), messages().length - 1)] as HTMLElement | undefined
    item?.focus()
    item?.scrollIntoView?.({ block: 'nearest' })
  }

  function seekBy(message: Message, ms: number) {
    if (message.audio_url) seek(soundOf(message), (isCurrent(message.audio_id) ? positionOf(message.audio_id) : 0) + ms)
  }

  function onKey(event: KeyboardEvent, index: number) {
    const message = messages()[index]
    if (!message || event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    const doings: Record<string, () => unknown> = {
      'ArrowDown': () => move(index + 1),
      'ArrowUp': () => move(index - 1),
      'Home': () => move(0),
      'End': () => move(messages().length - 1),
      'ArrowRight': () => seekBy(message, SEEK_MS),
      'ArrowLeft': () => seekBy(message, -SEEK_MS),
      ' ': () => message.audio_url && toggle(soundOf(message)),
      'Enter': () => deeds.open(message),
      'x': () => deeds.select(message, false),
      'X': () => deeds.select(message, true),
      'f': () => can('editor') && setFavourite(message, !message.is_favourite),
    }
    const doing = doings[event.key]
    if (!doing) return
    event.preventDefault()
    event.stopPropagation()
    doing()
  }

  // With nothing in focus the space bar belongs to what sounds.
  useEventListener('keydown', (event: KeyboardEvent) => {
    if (event.key !== ' ' || !store.sound || event.defaultPrevented || !isNowhere(event.target)) return
    event.preventDefault()
    void toggle(store.sound)
  })

  return { tabStop, current, onKey }
}

function isNowhere(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof HTMLElement && target.id === 'main')
}
