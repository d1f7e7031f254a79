import type { WebhookBody } from '../../../shared/schemas/alert'
import { useSettings } from '../settings/env'

type Payload = Omit<WebhookBody, 'id'>
type Words = Record<'player_offline' | 'sound_locked', { opened: string, closed: string, hint: string }>

/** Whoever reads it may be anybody in the company: each mail says it in both languages. */
const WORDS: Record<'es' | 'en', Words & { since: string, until: string, link: string, test: string }> = {
  es: {
    player_offline: { opened: 'no responde', closed: 'vuelve a estar en línea', hint: 'Comprueba que la televisión esté encendida y tenga red. Mientras no vuelva, lo programado se reproduce desde la propia televisión si sigue encendida; los mensajes en directo esperan.' },
    sound_locked: { opened: 'no puede sonar: espera un toque', closed: 'ya puede sonar', hint: 'Pulsa OK en el mando, o toca la pantalla, una vez.' },
    since: 'Desde', until: 'Hasta', link: 'Ver los reproductores', test: 'Esto es una prueba: los avisos llegan a esta dirección.',
  },
  en: {
    player_offline: { opened: 'does not answer', closed: 'is back online', hint: 'Check that the television is on and has a network. Until it is back, what is scheduled is played by the television itself if it is still on; live messages wait.' },
    sound_locked: { opened: 'cannot sound: it waits for a tap', closed: 'can sound now', hint: 'Press OK on the remote, or tap the screen, once.' },
    since: 'Since', until: 'Until', link: 'See the players', test: 'This is a test: alerts reach this address.',
  },
}
const LOCALES = { es: 'es-ES', en: 'en-GB' } as const

/** An alert as a mail, in Spanish and in English, with times on the store's clocks. */
export function mailOf({ type, alert, client, url }: Payload): { subject: string, text: string } {
  const { APP_NAME } = useSettings()
  const both = <T>(say: (language: 'es' | 'en') => T) => [say('es'), say('en')] as const
  if (type === 'test' || !alert) return { subject: `${APP_NAME}: ${client.name} · prueba / test`, text: both(language => WORDS[language].test).join('\n\n') }
  const what = (language: 'es' | 'en') => WORDS[language][alert.kind][type === 'alert.opened' ? 'opened' : 'closed']
  const at = (instant: string, language: 'es' | 'en') => `${new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'full', timeStyle: 'short', timeZone: alert.store.time_zone }).format(new Date(instant))} (${alert.store.time_zone})`
  const place = `${alert.player.name} (${alert.store.name})`
  const parts = both((language) => {
    const words = WORDS[language]
    return [
      `${place} ${what(language)}.`,
      `${words.since}: ${at(alert.since, language)}`,
      ...alert.closed_at ? [`${words.until}: ${at(alert.closed_at, language)}`] : [words[alert.kind].hint],
      ...url ? [`${words.link}: ${url}`] : [],
    ].join('\n')
  })
  return { subject: `${APP_NAME}: ${place} ${both(what).join(' · ')}`, text: `${parts.join('\n\n—\n\n')}\n\n${client.name}` }
}
