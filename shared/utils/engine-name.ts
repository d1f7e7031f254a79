/** A browser in words: its engine and what it runs on. */
const SYSTEMS: [RegExp, string][] = [
  [/\bTizen (\d+(?:\.\d+)?)/, 'Tizen'],
  // LG names no version: each comes with an engine of its own.
  [/\bWeb0S\b|\bwebOS\b/i, 'webOS'],
  [/\bAFT\w+ Build|\bFire ?TV\b/i, 'Fire TV'],
  [/\bCrKey\b/, 'Chromecast'],
  [/\bAndroid (\d+(?:\.\d+)?)/, 'Android'],
  [/\b(?:iPad|iPhone)[^)]*? OS (\d+)/, 'iOS'],
  [/\bWindows NT\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const ENGINES: [RegExp, string][] = [
  [/\bFirefox\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?Chrome\/(\d+)|\bChromium\/(\d+)/, 'Chromium'],
  [/\bVersion\/(\d+)[^ ]* (?:Mobile\/\S+ )?Safari\b/, 'Safari'],
]

const nameBy = (agent: string, names: [RegExp, string][]): string => {
  for (const [pattern, name] of names) {
    const found = pattern.exec(agent)
    if (found) return [name, found[1] ?? found[2]].filter(Boolean).join(' ')
  }
  return ''
}

/**
 * `Chromium 64 · Tizen 5.0` of a user agent; '' for what is none of those that stores have.
 * @param agent as the browser sends it
 */
export function engineOf(agent: string): string {
  return [nameBy(agent, ENGINES), nameBy(agent, SYSTEMS)].filter(Boolean).join(' · ')
}
