/** What a screen shows of the page that it is, rather than of the player. */
export interface Here {
  /** What this installation calls itself. */
  brand: string
  /** Where the dashboard is; empty while the server renders. */
  origin: string
  version: string
  /** The browser in a word or two. */
  engine: string
  /** Whether the page starts without a network: what keeps it wants https, and an engine that can. */
  restarts: 'yes' | 'http' | 'no' | null
  /** The panel with the particulars is open. */
  info: boolean
}

/** As the server renders it, and as the dashboard shows it. */
export const elsewhere = (brand: string): Here => ({ brand, origin: '', version: '', engine: '', restarts: null, info: false })
