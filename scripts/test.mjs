import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { complain, say, seconds, Stop } from './lib/console.mjs'
import { coverageOfServer, measureCoverage, rawCoverageFolder } from './lib/coverage.mjs'
import { ensureMachine } from './lib/machine.mjs'
import { checkNode, ensureBuilt, ensureInstalled, prepare, root, tool } from './lib/project.mjs'
import { tally } from './lib/results.mjs'

const REPORTS = join(root, 'coverage')
/** Lines of the product that the whole suite must run. */
const MIN_LINES_PERCENT = 70

/** In the order of running. Every check is one test; a suite counts its own. */
const STEPS = {
  lint: { title: 'lint', run: check(['eslint', '.', '--cache', '--cache-location', '.cache/eslint/', '--max-warnings', '0']) },
  types: { title: 'types', run: check(['nuxt', 'typecheck'], ['vue-tsc', '--noEmit', '-p', 'tests/tsconfig.json']) },
  knip: { title: 'unused code and packages', run: check(['knip']) },
  unit: { title: 'unit tests', run: suite('unit') },
  nuxt: { title: 'component tests', run: suite('nuxt') },
  e2e: { title: 'end-to-end tests', run: suite('e2e'), built: true },
  browser: { title: 'browser tests', run: suite('browser'), built: true },
}

try {
  checkNode()
  const { steps, rest } = chosen(process.argv.slice(2))
  await ensureInstalled()
  await ensureMachine()
  process.exitCode = await runAll(steps, rest)
}
catch (error) {
  complain(error)
  say('0 passed, 1 failed')
  process.exitCode = 1
}

/** `npm test -- unit nuxt` runs those steps; what is no step's name goes to vitest (a file, -t "name"). */
function chosen(args) {
  const known = Object.keys(STEPS)
  const named = args.filter(arg => known.includes(arg))
  const rest = args.filter(arg => !known.includes(arg))
  if (rest.length > 0 && named.length === 0) throw new Stop(`Say which step: npm test -- ${known.join(' | ')} ${rest.join(' ')}`)
  return { steps: named.length > 0 ? known.filter(name => named.includes(name)) : known, rest }
}

async function runAll(steps, rest) {
  rmSync(REPORTS, { recursive: true, force: true })
  mkdirSync(REPORTS, { recursive: true })
  const results = []
  const record = async (title, work) => {
    const from = performance.now()
    say(`\n── ${title}`)
    const result = await work().catch((error) => {
      complain(error)
      return { passed: 0, failed: 1, skipped: 0, note: 'it could not run' }
    })
    results.push({ title, time: seconds(from), ...result })
  }

  await record('prepare', setUp(prepare))
  for (const name of steps) {
    const { title, built, run } = STEPS[name]
    if (built && !results.some(result => result.title === 'build')) await record('build', setUp(ensureBuilt))
    const broken = built && results.some(result => result.title === 'build' && result.failed)
    await record(title, async () => broken ? { passed: 0, failed: 1, skipped: 0, note: 'not run, because the build failed' } : run(rest))
  }
  const whole = steps.length === Object.keys(STEPS).length && rest.length === 0
  if (whole) await record('coverage', () => measureCoverage(REPORTS, MIN_LINES_PERCENT))
  return summary(results)
}

/** Set-up is no test: it appears in the results only for its time, or when it fails. */
function setUp(work) {
  return async () => {
    await work()
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

/** One check, of one command or several: all of them run, and all must succeed. */
function check(...commands) {
  return async () => {
    let ok = true
    for (const [name, ...args] of commands) {
      const { code } = await tool(name, args, { show: true, env: { NUXT_TELEMETRY_DISABLED: '1' } })
      ok &&= code === 0
    }
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
  }
}

function suite(project) {
  return async (rest) => {
    const report = join(REPORTS, `${project}.json`)
    const inServer = STEPS[project].built
    const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...rest]
    if (!inServer) args.push('--coverage.enabled', `--coverage.reportsDirectory=${join(REPORTS, project)}`)
    const { code } = await tool('vitest', args, {
      show: true,
      env: { NUXT_TELEMETRY_DISABLED: '1', ...(inServer && { MEDIAFLOW_COVERAGE: rawCoverageFolder(REPORTS, project) }) },
    })
    if (inServer) await coverageOfServer(REPORTS, project).catch(error => say(`The coverage of the server could not be read: ${error.message}`))
    return tally(readReport(report), code)
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  }
  catch {
    return null
  }
}

function summary(results) {
  say('\n── results')
  for (const { title, time, passed, failed, skipped, note, failures = [], unsteady = [] } of results) {
    const counts = [passed && `${passed} passed`, failed && `${failed} failed`, skipped && `${skipped} skipped`].filter(Boolean).join(', ') || 'done'
    say(`${failed > 0 ? '✗' : '✓'} ${title.padEnd(26)} ${counts}${note ? ` – ${note}` : ''} (${time})`)
    for (const failure of failures) say(`    ${failure}`)
    for (const test of unsteady) say(`    passed at the second attempt only: ${test}`)
  }
  const sum = key => results.reduce((total, result) => total + result[key], 0)
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')]
  say(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed > 0 || passed === 0 ? 1 : 0
}
