const es = {
  starting: 'Un momento…',
  pair_title: 'Vincule esta pantalla',
  pair_scan: 'Escanee el código QR con su teléfono, o abra',
  pair_enter: 'Inicie sesión e introduzca este código',
  pair_name: 'Póngale nombre y elija su tienda',
  pair_code: 'Código de esta pantalla',
  on_air: 'En el aire',
  next: 'Siguiente',
  files: 'archivos',
  idle: 'Todo listo',
  idle_hint: 'Los avisos sonarán aquí',
  last_heard: 'Último aviso',
  volume: 'Volumen',
  unlock: 'Pulse OK para activar el sonido',
  unlock_hint: 'En el mando a distancia, o toque la pantalla. Solo hace falta al encender el televisor.',
  replaced: 'Este reproductor está abierto en otra pantalla',
  replaced_hint: 'Pulse OK para usarlo aquí',
  connecting: 'Conectando…',
  online: 'Conectado',
  polling: 'Conectado (modo lento)',
  offline: 'Sin conexión · reintentando',
}

export type Texts = typeof es
export type Language = 'es' | 'en'

const en: Texts = {
  starting: 'One moment…',
  pair_title: 'Pair this screen',
  pair_scan: 'Scan the QR code with your phone, or open',
  pair_enter: 'Sign in and enter this code',
  pair_name: 'Give it a name and choose its store',
  pair_code: 'This screen’s code',
  on_air: 'On air',
  next: 'Next',
  files: 'files',
  idle: 'All set',
  idle_hint: 'Announcements will be heard here',
  last_heard: 'Last announcement',
  volume: 'Volume',
  unlock: 'Press OK to turn the sound on',
  unlock_hint: 'On the remote control, or touch the screen. Only needed after switching the television on.',
  replaced: 'This player is open on another screen',
  replaced_hint: 'Press OK to use it here',
  connecting: 'Connecting…',
  online: 'Connected',
  polling: 'Connected (slow mode)',
  offline: 'No connection · trying again',
}

/** The words of the screen. They travel with the bundle: a television has no use for the dashboard's dictionary. */
export const TEXTS: Record<Language, Texts> = { es, en }

/**
 * Spanish, unless the browser asks for English first.
 * @param preferred an `Accept-Language` header or `navigator.language`
 */
export function languageOf(preferred: string | null | undefined): Language {
  return /^\s*en\b/i.test(preferred || '') ? 'en' : 'es'
}
