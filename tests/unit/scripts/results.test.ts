import { describe, expect, it } from 'vitest'
import { root } from '../../../scripts/lib/project.mjs'
import { tally } from '../../../scripts/lib/results.mjs'

const file = (statuses: string[], status = statuses.includes('failed') ? 'failed' : 'passed') => ({
  name: `${root}/tests/unit/a.test.ts`,
  status,
  assertionResults: statuses.map((status, index) => ({ status, fullName: `does ${index}` })),
})

describe('the count of a suite', () => {
  it('adds up its files', () => {
    const report = { testResults: [file(['passed', 'passed']), file(['passed', 'skipped', 'todo'])] }
    expect(tally(report, 0)).toEqual({ passed: 3, failed: 0, skipped: 2, failures: [], unsteady: [] })
  })

  it('names what failed', () => {
    expect(tally({ testResults: [file(['passed', 'failed'])] }, 1)).toMatchObject({ passed: 1, failed: 1, failures: ['tests/unit/a.test.ts: does 1'] })
  })

  it('tells why: the first line of it', () => {
    const failed = { status: 'failed', fullName: 'adds', failureMessages: ['AssertionError: expected 1 to be 2\n    at a.test.ts:3'] }
    expect(tally({ testResults: [{ ...file([]), assertionResults: [failed] }] }, 1)).toMatchObject({ failures: ['tests/unit/a.test.ts: adds – AssertionError: expected 1 to be 2'] })
  })

  it('names what passed at the second attempt only', () => {
    const unsteady = { status: 'passed', fullName: 'adds', failureMessages: ['Error: too late\n    at a.test.ts:3'] }
    expect(tally({ testResults: [{ ...file([]), assertionResults: [unsteady] }] }, 0)).toMatchObject({ passed: 1, failed: 0, unsteady: ['tests/unit/a.test.ts: adds – Error: too late'] })
  })

  it('counts a file that could not run', () => {
    expect(tally({ testResults: [file(['passed']), file([], 'failed')] }, 1)).toMatchObject({ passed: 1, failed: 1, failures: ['tests/unit/a.test.ts: the file could not run'] })
  })

  it('counts a file whose hook failed after its tests', () => {
    expect(tally({ testResults: [file(['passed'], 'failed')] }, 1)).toMatchObject({ passed: 1, failed: 1 })
  })

  it.each([
    ['left no report', null, 1],
    ['left no report although it ended well', null, 0],
    ['ran nothing', { testResults: [] }, 0],
    ['complained outside its tests', { testResults: [file(['passed'])] }, 1],
  ])('counts a failure when it %s', (_, report, code) => {
    expect(tally(report, code).failed).toBe(1)
  })
})
