import { describe, expect, it } from 'vitest'
import spanish from '../../../i18n/api/es.json'
import { ROUTES } from '../../../server/services/openapi/document'

const routes = ROUTES.map(({ method, path, summary }) => ({ key: `${method.toUpperCase()} ${path}`, summary }))

describe('the summaries of the routes in Spanish', () => {
  it('are those of routes that there are', () => {
    const known = new Set(routes.map(({ key }) => key))
    expect(Object.keys(spanish).filter(key => !known.has(key))).toEqual([])
  })

  it('say something, and keep what is written as code', () => {
    const code = (text: string) => [...text.matchAll(/`([^`<]+)[^`]*`/g)].map(([, inside]) => inside)
    for (const [key, text] of Object.entries(spanish)) {
      expect(text.trim(), key).not.toBe('')
      expect(code(text), key).toEqual(code(routes.find(route => route.key === key)?.summary ?? ''))
    }
  })

  // The page says these in English: nobody is kept from reading about a new route.
  it('are told when they are missing', () => {
    const missing = routes.filter(({ key }) => !(key in spanish))
    if (missing.length) console.info(`no Spanish summary yet (i18n/api/es.json):\n${missing.map(({ key, summary }) => `  ${key}  ${summary}`).join('\n')}`)
    expect(missing.length).toBeLessThan(routes.length / 2)
  })
})
