/** Times steps that follow one another, for the header `Server-Timing`. */
export function stepTimer() {
  const begun: { name: string, at: number }[] = []
  return {
    /** A step begins, and with it the one before ends. */
    begin: (name: string) => {
      begun.push({ name, at: performance.now() })
    },
    /** Every step with its length in ms, as `name;dur=1.5`; the last one ends now. */
    serverTiming: () => {
      const now = performance.now()
      return begun.map(({ name, at }, i) => `${name};dur=${((begun[i + 1]?.at ?? now) - at).toFixed(1)}`).join(', ')
    },
  }
}
