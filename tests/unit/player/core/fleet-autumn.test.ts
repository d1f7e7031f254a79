import { describe, vi } from 'vitest'
import { aDayOfAFleet } from '../../../fixtures/simulated-day'

vi.mock('../../../../player/core/files', () => import('../../../fixtures/simulated-files'))

describe('the day on which the clocks go back', () => aDayOfAFleet(Date.parse('2026-10-24T20:00:00Z')))
