/**
 * The path to go to after signing in: only paths of this site are followed, everything else becomes `/`.
 * @param value what came in the query, from anyone
 */
export function safeRedirect(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/')) return '/'
  // Browsers read `/\host` and `/<tab>/host` as another host: let the URL parser decide.
  try {
    const url = new URL(value, 'http://same.invalid')
    return url.host === 'same.invalid' ? url.pathname + url.search + url.hash : '/'
  }
  catch {
    return '/'
  }
}
