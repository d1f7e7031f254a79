import type { TemplateField, TemplateFieldKind } from '../schemas/template'
import { spell as spellEnglish } from './reading/en/codes'
import { spell as spellSpanish } from './reading/es/letters'
import { regionOf } from './reading/regions'

const BLANK = /\{([\p{L}][\p{L}\p{N}_]{0,39})\}/gu

/** Why a value cannot stand in its blank. */
export type TemplateProblem = 'required' | 'number' | 'time' | 'plate' | 'price' | 'phone' | 'choice' | 'too_long'

export const TEMPLATE_PROBLEMS: Record<TemplateProblem, string> = {
  required: 'must be filled in',
  number: 'must be a whole number',
  time: 'must be a time such as 18:30',
  plate: 'must be 2 to 12 letters and digits',
  price: 'must be a price such as 9,90',
  phone: 'must be a phone number',
  choice: 'must be one of the options',
  too_long: 'is too long',
}

/** Keys of the blanks in a text, each once, in the order in which they come. */
export function blanksOf(text: string): string[] {
  return [...new Set([...text.matchAll(BLANK)].map(([, key]) => key!))]
}

const KIND_BY_NAME: [RegExp, TemplateFieldKind][] = [
  [/^(minutos?|minutes?|mins?)$/i, 'minutes'], [/^(patente|matr[ií]cula|placa|plate|registration)$/i, 'plate'],
  [/^(hora|time|hour)/i, 'time'], [/^(precio|price)/i, 'price'], [/^(tel[eé]fono|phone)/i, 'phone'],
  [/^(nombre|name|cliente|customer)/i, 'name'], [/^(lugar|place|secci[oó]n|section|pasillo)/i, 'place'], [/^(n[uú]mero|number|caja|till|turno)/i, 'number'],
]

/** The fields of a text's blanks: those that are described already, and a guess by the name of each other. */
export function fieldsOf(text: string, described: readonly TemplateField[]): TemplateField[] {
  return blanksOf(text).map(key => described.find(field => field.key === key) ?? {
    key,
    label: (key[0]!.toUpperCase() + key.slice(1)).replaceAll('_', ' '),
    kind: KIND_BY_NAME.find(([name]) => name.test(key))?.[1] ?? 'text',
    required: true,
  })
}

/** A value as it stands in the message: trimmed, plates in capitals without what parts them. */
export function tidyValue(kind: TemplateFieldKind, raw: string): string {
  const value = raw.normalize('NFC').replace(/\s+/gu, ' ').trim()
  if (kind === 'plate') return value.toLocaleUpperCase('en').replace(/[\s.·-]+/gu, '')
  // Braces would make blanks of what was filled in.
  return value.replace(/[{}]/gu, '')
}

/** Why this value cannot be filled in, or null. */
export function valueProblem(field: TemplateField, raw: string): TemplateProblem | null {
  const value = tidyValue(field.kind, raw)
  if (!value) return field.required ? 'required' : null
  if (value.length > 120) return 'too_long'
  switch (field.kind) {
    case 'number':
    case 'minutes': return /^\d{1,6}$/.test(value) ? null : 'number'
    case 'time': return /^([01]?\d|2[0-3]):[0-5]\d$/.test(value) ? null : 'time'
    case 'plate': return /^[\p{L}\p{N}]{2,12}$/u.test(value) ? null : 'plate'
    case 'price': return /^(?:[$€£]\s?)?\d{1,3}(?:[.,\s]?\d{3})*(?:[.,]\d{1,2})?\s?(?:€|\$|£|[A-Za-z]{3,6})?$/.test(value) ? null : 'price'
    case 'phone': return /^\+?[\d\s().-]{3,20}$/.test(value) && /\d{3}|\d.*\d.*\d/.test(value) ? null : 'phone'
    case 'choice': return field.options?.includes(value) ? null : 'choice'
    default: return null
  }
}

export interface FilledTemplate {
  text: string
  problems: { key: string, problem: TemplateProblem }[]
}

/**
 * The message that a template becomes with these values. A unit that follows a blank agrees with it, and what a blank
 * that stays empty leaves behind (double blanks, a comma before a comma) is mended.
 * @param write what a value becomes in the text; as it is, unless told otherwise
 */
export function fillTemplate(template: { text: string, fields: readonly TemplateField[] }, values: Readonly<Record<string, string>>, write = (_field: TemplateField, value: string) => value): FilledTemplate {
  const fields = fieldsOf(template.text, template.fields)
  const problems = fields.flatMap((field) => {
    const problem = valueProblem(field, values[field.key] ?? '')
    return problem ? [{ key: field.key, problem }] : []
  })
  const text = template.text
    .replace(/\{([\p{L}][\p{L}\p{N}_]{0,39})\}(\s+)(minuto|minute|hora|hour)(\(s\)|s)?(?![\p{L}])/gu, (whole, key: string, gap: string, unit: string) => {
      const value = (values[key] ?? '').trim()
      return /^\d+$/.test(value) ? `{${key}}${gap}${unit}${Number(value) === 1 ? '' : 's'}` : whole
    })
    .replace(BLANK, (_, key: string) => {
      const field = fields.find(entry => entry.key === key)!
      const value = tidyValue(field.kind, values[key] ?? '')
      return value && write(field, value)
    })
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ([,.;:!?])/gu, '$1')
    .replace(/,(?=[,.;:!?])/gu, '')
    .trim()
  return { text, problems }
}

/**
 * {@link fillTemplate} for a voice: plates letter by letter with pauses, whether or not they look like one of a country
 * that is known. Everything else is left for the reading of the whole text.
 * @param language BCP 47, of the voice
 */
export function fillForSpeech(template: { text: string, fields: readonly TemplateField[] }, values: Readonly<Record<string, string>>, language: string): string {
  const region = regionOf(language)
  const spelled = (plate: string) => !region ? [...plate].join(' ') : region.language === 'es' ? spellSpanish(plate, region) : spellEnglish(plate)
  return fillTemplate(template, values, (field, value) => field.kind === 'plate' ? spelled(value) : value).text
}
