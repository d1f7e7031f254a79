import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { say } from './console.mjs'
import { root } from './project.mjs'

/** What is measured: everything with logic. Pages and components are judged by the component and browser tests. */
export const MEASURED = ['server', 'shared', 'composables', 'stores', 'db', 'player']
const isMeasured = file => /\.(?:ts|mts|vue)$/.test(file) && MEASURED.includes(file.split('/')[0]) && !file.startsWith('db/migrations/')

/** Where the servers that a suite starts leave what V8 counted. */
export const rawCoverageFolder = (reports, project) => join(reports, 'raw', project)

/** Maps what V8 counted inside the built server back to the sources. */
export async function coverageOfServer(reports, project) {
  const raw = rawCoverageFolder(reports, project)
  if (!existsSync(raw)) return
  for (const name of readdirSync(raw)) cleanDump(join(raw, name))
  const { CoverageReport } = await import('monocart-coverage-reports')
  const report = new CoverageReport({
    logging: 'error',
    outputDir: join(reports, project),
    clean: false,
    reports: [['json', { file: 'coverage-final.json' }]],
    sourceFilter: isMeasured,
  })
  await report.addFromDir(raw)
  await report.generate()
  rmSync(raw, { recursive: true, force: true })
}

/** Keeps of one dump of Node what the server itself is made of, and names the sources in its maps by their place in the project. */
function cleanDump(file) {
  const dump = JSON.parse(readFileSync(file, 'utf8'))
  dump.result = dump.result.filter(({ url }) => url.includes('/.output/server/') && !url.includes('/node_modules/'))
  for (const [url, { data }] of Object.entries(dump['source-map-cache'] ?? {})) {
    if (!data) continue
    const places = data.sources.map(source => placeOf(source, dirname(fileURLToPath(url))))
    data.sources = places.map((place, index) => place ?? `virtual-${index}`)
    data.sourcesContent = places.map(place => place ? readFileSync(join(root, place), 'utf8') : '')
  }
  writeFileSync(file, JSON.stringify(dump))
}

/** @returns {string | null} the path of a measured source inside the project; null for what is no such file */
function placeOf(source, folder) {
  // A virtual module of Nuxt has an escaped slash in its name, which no file has.
  if (/%2f/i.test(source)) return null
  const place = relative(root, source.startsWith('file:') ? fileURLToPath(source) : resolve(folder, source)).split(sep).join('/')
  return isMeasured(place) && existsSync(join(root, place)) ? place : null
}

/**
 * Adds up the suites' reports line by line, shows them, and holds the whole against `minimum` per cent.
 * @returns {Promise<{ passed: number, failed: number, skipped: number, note: string }>}
 */
export async function measureCoverage(reports, minimum) {
  const files = new Map()
  for (const entry of readdirSync(reports, { withFileTypes: true })) {
    const report = join(reports, entry.name, 'coverage-final.json')
    if (entry.isDirectory() && existsSync(report)) addReport(files, JSON.parse(readFileSync(report, 'utf8')))
  }
  const rooms = new Map()
  for (const [file, lines] of files) {
    const room = file.split('/').slice(0, file.startsWith('server/') ? 2 : 1).join('/')
    const sum = rooms.get(room) ?? { lines: 0, run: 0 }
    rooms.set(room, { lines: sum.lines + lines.size, run: sum.run + [...lines.values()].filter(count => count > 0).length })
  }
  const total = { lines: 0, run: 0 }
  for (const [room, sum] of [...rooms].sort()) {
    total.lines += sum.lines
    total.run += sum.run
    say(`${room.padEnd(20)} ${percent(sum).toFixed(1).padStart(5)} % of ${sum.lines} lines`)
  }
  const reached = percent(total)
  const ok = total.lines > 0 && reached >= minimum
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, note: `${reached.toFixed(1)} % of ${total.lines} lines, at least ${minimum} % wanted` }
}

const percent = ({ lines, run }) => lines === 0 ? 0 : 100 * run / lines

/** @param {Map<string, Map<number, number>>} files runs of each line of each file, so far */
export function addReport(files, report) {
  for (const { path, statementMap, s } of Object.values(report)) {
    const file = relative(root, resolve(root, path)).split(sep).join('/')
    if (!isMeasured(file)) continue
    const lines = files.get(file) ?? new Map()
    files.set(file, lines)
    for (const [id, { start }] of Object.entries(statementMap)) lines.set(start.line, Math.max(lines.get(start.line) ?? 0, s[id]))
  }
}
