import type { Region } from './types'

const spanish = (place: Region['place'], decimal: Region['decimal'], dollar: Region['dollar']): Region => ({ language: 'es', place, decimal, dollar, month_first: false })

const REGIONS: Record<string, Region> = {
  'es-ES': spanish('ES', ',', 'USD'),
  'es-CL': spanish('CL', ',', 'CLP'),
  'es-MX': spanish('MX', '.', 'MXN'),
  'es-AR': spanish('AR', ',', 'ARS'),
  'es-419': spanish('419', null, 'PESO'),
  'en-US': { language: 'en', place: 'US', decimal: '.', dollar: 'USD', month_first: true },
  'en-GB': { language: 'en', place: 'GB', decimal: '.', dollar: 'USD', month_first: false },
}

/** Countries that write dates and numbers as another one does. */
const BRITISH = ['AU', 'IE', 'NZ', 'ZA', 'IN', 'SG', 'HK', 'MT']

/** The habits of a BCP 47 language; null for a language that is read as it is written. */
export function regionOf(language: string): Region | null {
  const [base = '', country = ''] = language.replace('_', '-').split('-')
  const known = REGIONS[`${base.toLowerCase()}-${country.toUpperCase()}`]
  if (known) return known
  if (base.toLowerCase() === 'es') return REGIONS[country ? 'es-419' : 'es-ES']!
  if (base.toLowerCase() === 'en') return REGIONS[BRITISH.includes(country.toUpperCase()) ? 'en-GB' : 'en-US']!
  return null
}
