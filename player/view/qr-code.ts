/*
 * A QR encoder (ISO/IEC 18004) for what a pairing code needs and no more: bytes, versions 1–6, level M. In these every
 * block has the same length, there is one alignment pattern at most, and no version field.
 */

/** By version: data codewords, error correction codewords of a block, blocks. */
const SIZES: [number, number, number][] = [[16, 10, 1], [28, 16, 1], [44, 26, 1], [64, 18, 2], [86, 24, 2], [108, 16, 4]]

const MASKS: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  x => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => ((x / 3 | 0) + (y / 2 | 0)) % 2 === 0,
  (x, y) => x * y % 2 + x * y % 3 === 0,
  (x, y) => (x * y % 2 + x * y % 3) % 2 === 0,
  (x, y) => ((x + y) % 2 + x * y % 3) % 2 === 0,
]

/**
 * The modules of a QR code, row by row, without a quiet zone.
 * @param text ASCII, as addresses are
 * @returns null for more than the 106 characters that version 6 holds
 */
export function encodeQr(text: string): boolean[][] | null {
  for (let version = 1; version <= SIZES.length; version++) {
    const [data, ecc, blocks] = SIZES[version - 1]!
    if (text.length + 2 <= data) return draw(version, interleave(codewords(text, data), ecc, blocks))
  }
  return null
}

/** Mode, length, the bytes, the end, and padding. */
function codewords(text: string, size: number): number[] {
  const bytes = [4, text.length].concat(text.split('').map(char => char.charCodeAt(0)))
  // the mode has four bits, so that every byte lies across two codewords
  const words = [4 << 4 | bytes[1]! >> 4]
  for (let i = 1; i < bytes.length; i++) words.push((bytes[i]! << 4 | (i + 1 < bytes.length ? bytes[i + 1]! >> 4 : 0)) & 255)
  for (let pad = 0xEC; words.length < size; pad ^= 0xEC ^ 0x11) words.push(pad)
  return words
}

function interleave(data: number[], eccLength: number, count: number): number[] {
  const length = data.length / count
  const blocks: number[][] = []
  for (let i = 0; i < count; i++) blocks.push(data.slice(i * length, (i + 1) * length))
  const ecc = blocks.map(block => remainder(block, eccLength))
  const result: number[] = []
  for (let i = 0; i < length; i++) blocks.forEach(block => result.push(block[i]!))
  for (let i = 0; i < eccLength; i++) ecc.forEach(block => result.push(block[i]!))
  return result
}

/** Product in GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1. */
function times(a: number, b: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) {
    product = product << 1 ^ (product >> 7) * 0x11D
    product ^= (b >> bit & 1) * a
  }
  return product
}

/** Reed–Solomon: the remainder of a block by the generator of that degree. */
function remainder(block: number[], degree: number): number[] {
  const zeros = () => new Array<number>(degree).fill(0)
  const divisor = zeros()
  divisor[degree - 1] = 1
  for (let i = 0, root = 1; i < degree; i++, root = times(root, 2)) {
    for (let j = 0; j < degree; j++) divisor[j] = times(divisor[j]!, root) ^ (j + 1 < degree ? divisor[j + 1]! : 0)
  }
  const rest = zeros()
  block.forEach((word) => {
    const factor = word ^ rest.shift()!
    rest.push(0)
    divisor.forEach((coefficient, i) => rest[i]! ^= times(coefficient, factor))
  })
  return rest
}

function draw(version: number, words: number[]): boolean[][] {
  const size = 17 + 4 * version
  const grid: boolean[][] = []
  /** What is part of a pattern, and no data. */
  const fixed: boolean[][] = []
  for (let y = 0; y < size; y++) {
    grid.push(new Array<boolean>(size).fill(false))
    fixed.push(new Array<boolean>(size).fill(false))
  }
  const set = (x: number, y: number, dark: boolean) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return
    grid[y]![x] = dark
    fixed[y]![x] = true
  }
  /** Rings around a centre: `light` are the distances that stay light. */
  const rings = (cx: number, cy: number, reach: number, light: number[]) => {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) set(cx + dx, cy + dy, light.indexOf(Math.max(Math.abs(dx), Math.abs(dy))) < 0)
    }
  }

  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0)
    set(i, 6, i % 2 === 0)
  }
  rings(3, 3, 4, [2, 4])
  rings(size - 4, 3, 4, [2, 4])
  rings(3, size - 4, 4, [2, 4])
  if (version > 1) rings(size - 7, size - 7, 2, [1])

  const format = (mask: number) => {
    let check = mask
    for (let i = 0; i < 10; i++) check = check << 1 ^ (check >> 9) * 0x537
    // level M is written 00
    const bits = (mask << 10 | check) ^ 0x5412
    const bit = (i: number) => (bits >> i & 1) === 1
    for (let i = 0; i < 8; i++) {
      set(8, i < 6 ? i : i + 1, bit(i))
      set(size - 1 - i, 8, bit(i))
    }
    for (let i = 8; i < 15; i++) {
      set(i === 8 ? 7 : 14 - i, 8, bit(i))
      set(8, size - 15 + i, bit(i))
    }
    set(8, size - 8, true)
  }
  format(0)

  let at = 0
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < size; step++) {
      const y = (right + 1 & 2) === 0 ? size - 1 - step : step
      for (let x = right; x > right - 2; x--) {
        if (fixed[y]![x]) continue
        grid[y]![x] = at < words.length * 8 && (words[at >> 3]! >> (7 - (at & 7)) & 1) === 1
        at++
      }
    }
  }

  const apply = (mask: number) => {
    format(mask)
    grid.forEach((row, y) => row.forEach((dark, x) => {
      if (!fixed[y]![x]) row[x] = dark !== MASKS[mask]!(x, y)
    }))
  }
  let best = 0
  let least = Infinity
  for (let mask = 0; mask < MASKS.length; mask++) {
    apply(mask)
    const found = penalty(grid)
    if (found < least) {
      least = found
      best = mask
    }
    // a second time takes it away again
    apply(mask)
  }
  apply(best)
  return grid
}

/** How hard a code is to read, by the four rules of the standard. */
function penalty(grid: boolean[][]): number {
  const size = grid.length
  let points = 0
  let dark = 0
  for (let a = 0; a < size; a++) {
    let row = ''
    let column = ''
    for (let b = 0; b < size; b++) {
      row += grid[a]![b] ? 1 : 0
      column += grid[b]![a] ? 1 : 0
      if (grid[a]![b]) dark++
      if (a && b && grid[a]![b] === grid[a - 1]![b] && grid[a]![b] === grid[a]![b - 1] && grid[a]![b] === grid[a - 1]![b - 1]) points += 3
    }
    for (const line of [row, column]) {
      for (const run of line.match(/0{5,}|1{5,}/g) || []) points += run.length - 2
      // an eye with light on one side: the look-ahead lets them overlap
      points += 40 * (line.match(/1(?=0111010000)|0(?=0001011101)/g) || []).length
    }
  }
  return points + 10 * Math.floor(Math.abs(dark * 20 - size * size * 10) / (size * size))
}
