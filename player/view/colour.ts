/** Of the background, which is never lighter than this. */
const GROUND: Rgb = [20, 41, 77]
/** Read from across a room, where small letters need more than the usual 4.5. */
const LEAST_CONTRAST = 5.5
const STEP = 0.05

type Rgb = [number, number, number]

const parse = (hex: string): Rgb => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16)) as Rgb
const print = (colour: Rgb) => `#${colour.map(part => (256 + Math.round(part)).toString(16).slice(1)).join('')}`
const mix = (colour: Rgb, other: number, share: number) => colour.map(part => part + (other - part) * share) as Rgb

/** Relative luminance, 0…1 (WCAG 2). */
function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255
    return share <= 0.03928 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4)
  }) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Of two colours, 1…21 (WCAG 2). */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(parse(a)), luminance(parse(b))].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** A client's colour, lightened as far as it takes to be read on the dark ground: brighter first, and only then paler. */
export function legible(hex: string): string {
  const given = parse(hex)
  if (contrast(hex, print(GROUND)) >= LEAST_CONTRAST) return hex
  const brightest = Math.max(given[0], given[1], given[2]) || 255
  const colour = given.map(part => part * 255 / brightest) as Rgb
  let share = 0
  while (share < 1 && contrast(print(mix(colour, 255, share)), print(GROUND)) < LEAST_CONTRAST) share += STEP
  return print(mix(colour, 255, Math.min(1, share)))
}

/** The same colour as a faint light behind everything: white letters have to stand out from it. */
export function glow(hex: string): string {
  const colour = parse(hex)
  let share = 0.3
  while (share < 1 && contrast(print(mix(colour, 0, share)), '#ffffff') < 7) share += STEP
  return print(mix(colour, 0, Math.min(1, share)))
}
