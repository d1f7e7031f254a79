import { relative } from 'node:path'
import { root } from './project.mjs'

/**
 * Counts of one vitest run.
 * A run that crashed, wrote no report, ran nothing, or complained outside its tests is a failure too.
 * @param {{ testResults: { name: string, status: string, message?: string, assertionResults: { status: string, fullName: string, failureMessages?: string[] }[] }[] } | null} report vitest's JSON report
 * @param {number} code exit code of vitest
 */
export function tally(report, code) {
  if (!report) return { passed: 0, failed: 1, skipped: 0, note: `vitest ended with code ${code} and left no report` }
  const tests = report.testResults.flatMap(file => file.assertionResults)
  const count = (...statuses) => tests.filter(test => statuses.includes(test.status)).length
  const failures = failuresOf(report)
  const result = { passed: count('passed'), failed: failures.length, skipped: count('skipped', 'pending', 'todo', 'disabled'), failures, unsteady: unsteadyOf(report) }
  if (tests.length === 0 && result.failed === 0) return { ...result, failed: 1, note: 'no test ran' }
  if (code !== 0 && result.failed === 0) return { ...result, failed: 1, note: 'an error outside the tests, shown above' }
  return result
}

/** What was wrong with every failed test, and with every file that failed as a whole. */
function failuresOf(report) {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter(test => test.status === 'failed').map(test => told(name, test))
    return failed.length === 0 && status === 'failed' ? [`${relative(root, name)}: the file could not run${reason(message)}`] : failed
  })
}

/** Tests that passed at the second attempt only: they count as passed, and want mending all the same. */
function unsteadyOf(report) {
  return report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(test => test.status === 'passed' && test.failureMessages?.length).map(test => told(name, test)))
}

function told(name, test) {
  return `${relative(root, name)}: ${test.fullName}${reason(test.failureMessages?.[0])}`
}

/** The first line of a failure. */
function reason(message) {
  const line = message?.trim().split('\n')[0]
  return line ? ` – ${line.slice(0, 300)}` : ''
}
