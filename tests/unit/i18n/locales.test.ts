import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SPEECH_ERROR_CODES } from '../../../shared/utils/error-codes'

type Messages = { [key: string]: string | Messages }

const LOCALES = 'i18n/locales'
const FILES = readdirSync(join(LOCALES, 'es')).sort()

function keysOf(messages: Messages, prefix = ''): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]) => typeof value === 'string' ? [[prefix + key, value] as [string, string]] : keysOf(value, `${prefix}${key}.`))
}

function read(locale: string, file: string): Messages {
  return JSON.parse(readFileSync(join(LOCALES, locale, file), 'utf8')) as Messages
}

const messages = (locale: string) => new Map(FILES.flatMap(file => keysOf(read(locale, file))))
const [es, en] = [messages('es'), messages('en')]

const sources = ['app.vue', 'error.vue', ...['components', 'composables', 'layouts', 'middleware', 'pages', 'plugins', 'stores'].flatMap(folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile() && /\.(vue|ts)$/.test(entry.name)).map(entry => join(entry.parentPath, entry.name)))]
  .map(path => ({ path, text: readFileSync(path, 'utf8') }))

/** Every key written out in a call of t, te or in a keypath, with its file. */
const literal = sources.flatMap(({ path, text }) => [...text.matchAll(/(?:\bte?\(\s*'|keypath=")([a-z]\w*(?:\.\w+)+)/g)].map(([, key]) => ({ path, key: key! })))
/** Keys put together at run time: `client.roles.${role}` stands for everything that it can become. */
const composed = sources.flatMap(({ path, text }) => [...text.matchAll(/`([a-z]\w*\.(?:[^`$\s]|\$\{[^}`]*\})*)`/g)].map(([, template]) => ({ path, template: template! })))
const pattern = (template: string) => new RegExp(`^${template.split(/\$\{[^}]*\}/).map(part => part.replaceAll('.', '\\.')).join('[\\w.]+')}$`)

describe('locales', () => {
  it('keep one top-level key a file, named like the file', () => {
    for (const locale of ['es', 'en']) {
      for (const file of FILES) expect(Object.keys(read(locale, file)), `${locale}/${file}`).toEqual([file.replace('.json', '')])
    }
  })

  it('have the same files and keys in both languages', () => {
    expect(readdirSync(join(LOCALES, 'en')).sort()).toEqual(FILES)
    expect([...en.keys()].sort()).toEqual([...es.keys()].sort())
  })

  it('say something under every key, with the same placeholders and as many plural forms', () => {
    const placeholders = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort()
    for (const [key, text] of es) {
      const other = en.get(key)!
      expect(text.trim() && other.trim(), key).not.toBe('')
      expect(placeholders(text), key).toEqual(placeholders(other))
      expect(text.split(' | ').length, key).toBe(other.split(' | ').length)
    }
  })

  it('hold every key that the sources ask for', () => {
    expect(literal.length).toBeGreaterThan(100)
    expect(literal.filter(({ key }) => !es.has(key)).map(({ path, key }) => `${key} in ${path}`)).toEqual([])
  })

  it('hold something for every key that is put together', () => {
    const keys = [...es.keys()]
    const rooms = FILES.map(file => file.replace('.json', '.'))
    const empty = composed.filter(({ template }) => rooms.some(room => template.startsWith(room)) && !keys.some(key => pattern(template).test(key)))
    expect(empty.map(({ path, template }) => `${template} in ${path}`)).toEqual([])
  })

  it('say every way in which speech can fail', () => {
    expect(SPEECH_ERROR_CODES.filter(code => !es.has(`errors.${code}`))).toEqual([])
  })

  it('hold nothing that nobody asks for', () => {
    const whole = sources.map(({ text }) => text).join('\n')
    const patterns = composed.map(({ template }) => pattern(template))
    const unused = [...es.keys()].filter(key => !whole.includes(`'${key}'`) && !whole.includes(`"${key}"`) && !patterns.some(one => one.test(key)))
    expect(unused).toEqual([])
  })
})
