import type { Message } from '#shared/schemas/audio'

type Warned = Pick<Message, 'warnings'>
type Valid = Pick<Message, 'valid_from' | 'valid_until'>

/** What a message's figures and states mean, in the reader's language. */
export function useMessageWords() {
  const { t, te } = useI18n()
  const { now } = useTimeFormat()

  /** Each warning as a sentence; one without words of ours as it came. */
  const warnings = (message: Warned) => message.warnings.map(code => te(`audio.warning.${code}`) ? t(`audio.warning.${code}`) : code)

  /** Whether a message may air now: `expired` no longer, `upcoming` not yet. */
  function validity(message: Valid): 'expired' | 'upcoming' | null {
    if (message.valid_until && Date.parse(message.valid_until) <= now.value) return 'expired'
    if (message.valid_from && Date.parse(message.valid_from) > now.value) return 'upcoming'
    return null
  }

  return { warnings, validity }
}
