import type { WebhookBody } from '../../../shared/schemas/alert'
import type { PLAYER_ALERT_KINDS } from '../../../shared/schemas/alert-words'
import { useSettings } from '../settings/env'

type Payload = Omit<WebhookBody, 'id'>
type Words = Record<typeof PLAYER_ALERT_KINDS[number], { opened: string, closed: string, hint: string }>
interface Ending {
  ends: (schedules: number, day: string) => string
  ending_hint: string
  schedules: string
}

/** Whoever reads it may be anybody in the company: each mail says it in both languages. */
const WORDS: Record<'es' | 'en', Words & Ending & { since: string, until: string, link: string, test: string }> = {
  es: {
    player_offline: { opened: 'no responde', closed: 'vuelve a estar en línea', hint: 'Comprueba que la televisión esté encendida y tenga red. Mientras no vuelva, lo programado se reproduce desde la propia televisión si sigue encendida; los mensajes en directo esperan.' },
    sound_locked: { opened: 'no puede sonar: espera un toque', closed: 'ya puede sonar', hint: 'Pulsa OK en el mando, o toca la pantalla, una vez.' },
    since: 'Desde', until: 'Hasta', link: 'Ver los reproductores',
    ends: (schedules, day) => schedules === 1 ? `una programación acaba el ${day}` : `${schedules} programaciones acaban el ${day}`,
    ending_hint: 'Después de ese día no se oirá más. Si tiene que seguir, cambie su última fecha.', schedules: 'Ver las programaciones',
    test: 'Esto es una prueba: los avisos llegan a esta dirección.',
  },
  en: {
    player_offline: { opened: 'does not answer', closed: 'is back online', hint: 'Check that the television is on and has a network. Until it is back, what is scheduled is played by the television itself if it is still on; live messages wait.' },
    sound_locked: { opened: 'cannot sound: it waits for a tap', closed: 'can sound now', hint: 'Press OK on the remote, or tap the screen, once.' },
    since: 'Since', until: 'Until', link: 'See the players',
    ends: (schedules, day) => schedules === 1 ? `a schedule ends on ${day}` : `${schedules} schedules end on ${day}`,
    ending_hint: 'After that day it will not be heard any more. If it has to go on, change its last date.', schedules: 'See the schedules',
    test: 'This is a test: alerts reach this address.',
  },
}
const LOCALES = { es: 'es-ES', en: 'en-GB' } as const

/** An alert as a mail, in Spanish and in English, with times on the store's clocks. */
export function mailOf({ type, alert, client, url }: Payload): { subject: string, text: string } {
  const { APP_NAME } = useSettings()
  if (type === 'test' || !alert) return { subject: `${APP_NAME}: ${client.name} · prueba / test`, text: both(language => WORDS[language].test).join('\n\n') }
  const [about, parts] = alert.ending ? endingText(alert.ending, url) : playerText(type, alert, url)
  return { subject: `${APP_NAME}: ${about}`, text: `${parts.join('\n\n—\n\n')}\n\n${client.name}` }
}

const both = <T>(say: (language: 'es' | 'en') => T) => [say('es'), say('en')] as const

/** What a mail is about, and what it says in both languages. */
type Told = [string, readonly [string, string]]

function endingText({ ends_on, schedules, title }: NonNullable<NonNullable<Payload['alert']>['ending']>, url: string | undefined): Told {
  const what = (language: 'es' | 'en') => WORDS[language].ends(schedules, new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(ends_on)))
  const parts = both((language) => {
    const words = WORDS[language]
    const said = `${title}${schedules > 1 ? ', …' : ''}: ${what(language)}.`
    return [said, words.ending_hint, ...url ? [`${words.schedules}: ${url}`] : []].join('\n')
  })
  return [`${title} · ${both(what).join(' · ')}`, parts]
}

function playerText(type: Payload['type'], { kind, store, player, since, closed_at }: NonNullable<Payload['alert']>, url: string | undefined): Told {
  if (kind === 'schedules_ending' || !store || !player) throw new Error(`An alert of kind ${kind} without its player`)
  const what = (language: 'es' | 'en') => WORDS[language][kind][type === 'alert.opened' ? 'opened' : 'closed']
  const at = (instant: string, language: 'es' | 'en') => `${new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'full', timeStyle: 'short', timeZone: store.time_zone }).format(new Date(instant))} (${store.time_zone})`
  const place = `${player.name} (${store.name})`
  const parts = both((language) => {
    const words = WORDS[language]
    return [
      `${place} ${what(language)}.`,
      `${words.since}: ${at(since, language)}`,
      ...closed_at ? [`${words.until}: ${at(closed_at, language)}`] : [words[kind].hint],
      ...url ? [`${words.link}: ${url}`] : [],
    ].join('\n')
  })
  return [`${place} ${both(what).join(' · ')}`, parts]
}
