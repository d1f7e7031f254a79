import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { env, getuid, platform } from 'node:process'
import { say, step } from './console.mjs'
import { run } from './process.mjs'
import { tool } from './project.mjs'

/** What the tests use of the machine: who finds it, and the Debian packages that bring it. */
const NEEDS = [
  { name: 'Chromium', find: findChromium, packages: ['chromium', 'fonts-liberation'], without: 'the browser tests' },
  { name: 'ffmpeg', find: () => onPath('ffmpeg'), packages: ['ffmpeg'], without: 'the tests that compare sound with ffmpeg' },
  { name: 'PostgreSQL', find: findPostgres, packages: ['postgresql'], without: 'the tests on PostgreSQL' },
]

/**
 * Installs Chromium, ffmpeg and PostgreSQL where that is possible, and says what is still missing.
 * @returns {Promise<string[]>} the names of what is missing
 */
export async function ensureMachine() {
  let missing = await lacking()
  if (missing.length > 0 && isDebianRoot()) {
    await step(`Installing ${missing.map(need => need.name).join(', ')} (apt-get)`, () => apt(missing.flatMap(need => need.packages)), why => why ?? 'done')
    missing = await lacking()
  }
  if (missing.some(need => need.name === 'Chromium')) {
    await step('Downloading Playwright\'s Chromium', () => tool('playwright', ['install', 'chromium']), ({ code }) => code === 0 ? 'done' : 'not possible here')
    missing = await lacking()
  }
  for (const { name, packages, without } of missing) {
    say(`Missing: ${name}, so ${without} cannot run. On Debian: apt-get install ${packages.join(' ')}`)
  }
  return missing.map(need => need.name)
}

async function lacking() {
  const found = await Promise.all(NEEDS.map(need => need.find()))
  return NEEDS.filter((_, index) => !found[index])
}

const isDebianRoot = () => platform === 'linux' && getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get') !== null

/** @returns {Promise<string | null>} why it did not work, in one line */
async function apt(packages) {
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } }
  const update = await run('apt-get', ['update'], options)
  const install = await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options)
  if (install.code === 0) return null
  return (install.output + update.output).split('\n').find(line => line.startsWith('E: ')) ?? `apt-get ended with code ${install.code}`
}

/** @returns {string | null} the path of a program of this machine */
export function onPath(name) {
  return (env.PATH ?? '').split(delimiter).map(folder => join(folder, name)).find(path => existsSync(path)) ?? null
}

/** @returns {string | null} this machine's own Chromium; null where Playwright's must serve */
export const systemChromium = () => env.CHROMIUM_PATH ?? onPath('chromium') ?? onPath('chromium-browser')

async function findChromium() {
  const own = systemChromium()
  if (own) return own
  const { chromium } = await import('playwright')
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null
}

/** @returns {string | null} the folder with initdb, postgres and their kin: the newest that is installed */
export function findPostgres() {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [env.POSTGRES_BIN, ...versions.map(version => join(debian, version, 'bin')), onPath('initdb')?.replace(/[\\/]initdb$/, '')]
  return folders.find(folder => folder && existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null
}
