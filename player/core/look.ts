import type { Look } from '../../shared/protocol'
import { fetchWithin } from './http'
import type { Keep } from './keep'

/** How the screen looks, with the logo as it lies on the device: an address of this page, which needs no network. */
export type ShownLook = Look & { logo_src: string | null }

export interface LogoOptions {
  origin: string
  keep: Keep
  token: () => string | null
  onChange: (look: ShownLook | null) => void
}

interface Kept { look: Look, logo: Blob | null }

const KEY = 'look'
const LIMIT_MS = 15_000

/** The client's look, kept on the device. */
export function createLook({ origin, keep, token, onChange }: LogoOptions) {
  let kept: Kept | null = null
  let src: string | null = null
  let fetching = ''

  function show(next: Kept | null) {
    if (src) URL.revokeObjectURL(src)
    src = next && next.logo ? URL.createObjectURL(next.logo) : null
    kept = next
    onChange(next && Object.assign({ logo_src: src }, next.look))
  }

  async function fetchLogo(look: Look) {
    const url = look.logo_url || ''
    const address = new URL(url, origin)
    if (fetching === url || address.origin !== origin) return
    fetching = url
    const logo = await fetchWithin(address.href, { headers: { authorization: `Bearer ${token() || ''}` }, credentials: 'omit' }, LIMIT_MS, (response) => {
      if (!response.ok) throw new Error(String(response.status))
      return response.blob()
    }).catch(() => null)
    fetching = ''
    // another look may have come meanwhile
    if (!logo || !kept || kept.look.logo_url !== url) return
    show({ look: kept.look, logo })
    // without room for sounds there is none for pictures: it is fetched again after a reload
    if (keep.blobs) keep.set(KEY, kept).catch(() => undefined)
  }

  return {
    /** What the server says; a logo that is here already is not fetched again. */
    set(look: Look | null | undefined) {
      if (!look) return
      const same = kept && kept.look.logo_url === look.logo_url
      const logo = same ? kept!.logo : null
      if (!same || kept!.look.colour !== look.colour) {
        show({ look, logo })
        if (keep.blobs) keep.set(KEY, kept).catch(() => undefined)
      }
      if (look.logo_url && !logo) void fetchLogo(look)
    },
    load: () => keep.get<Kept>(KEY).then(found => void (found && !kept && show(found))),
    clear() {
      show(null)
      return keep.remove(KEY)
    },
  }
}
