import { relative } from 'node:path'
import { root } from './project.mjs'

/**
 * Counts of one vitest run.
 * A run that crashed, wrote no report, ran nothing, or complained outside its tests is a failure too.
 * @param {{ testResults: { name: string, status: string, message?: string, assertionResults: { status: string, fullName: string }[] }[] } | null} report vitest's JSON report
 * @param {number} code exit code of vitest
 */
export function tally(report, code) {
  if (!report) return { passed: 0, failed: 1, skipped: 0, note: `vitest ended with code ${code} and left no report` }
  const tests = report.testResults.flatMap(file => file.assertionResults)
  const count = (...statuses) => tests.filter(test => statuses.includes(test.status)).length
  const failures = failuresOf(report)
  const result = { passed: count('passed'), failed: failures.length, skipped: count('skipped', 'pending', 'todo', 'disabled'), failures }
  if (tests.length === 0 && result.failed === 0) return { ...result, failed: 1, note: 'no test ran' }
  if (code !== 0 && result.failed === 0) return { ...result, failed: 1, note: 'an error outside the tests, shown above' }
  return result
}

/** One line for every failed test, and one for every file that failed as a whole. */
export function failuresOf(report) {
  return report.testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(root, name)
    const failed = assertionResults.filter(test => test.status === 'failed').map(test => `${file}: ${test.fullName}`)
    return failed.length === 0 && status === 'failed' ? [`${file}: the file could not run`] : failed
  })
}
