/** The browser behind a user agent in a word or two, for whoever reads it out on the telephone. */
export function engineName(userAgent: string): string {
  const found = (pattern: RegExp) => {
    const match = pattern.exec(userAgent)
    return match && match[1]
  }
  const tizen = found(/Tizen (\d[\d.]*)/)
  const android = found(/Android (\d[\d.]*)/)
  const system = tizen ? `Tizen ${tizen}` : /Web0S/.test(userAgent) ? 'webOS' : android ? `Android ${android}` : ''
  const chromium = found(/Chrom(?:e|ium)\/(\d+)/)
  const engine = chromium ? `Chromium ${chromium}` : found(/(Firefox\/\d+|Version\/[\d.]+ Safari)/) || ''
  return [system, engine].filter(Boolean).join(' · ') || userAgent.slice(0, 40)
}
