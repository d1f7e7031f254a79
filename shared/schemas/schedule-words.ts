/** How a schedule says when: every so many minutes, at times of the day, or once. */
export const SCHEDULE_KINDS = ['interval', 'times', 'once'] as const
