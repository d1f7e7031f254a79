/**
 * For things that are read again and again: answers may overtake one another on their way, and an old one must not stand
 * last.
 * @returns reads the thing of this id; null when it was asked for anew meanwhile. Rejects as the reading does, unless so
 */
export function useLatest() {
  const asked = new Map<string, symbol>()

  return async function latest<T>(id: string, read: () => Promise<T>): Promise<T | null> {
    const mine = Symbol(id)
    asked.set(id, mine)
    try {
      const answer = await read()
      return asked.get(id) === mine ? answer : null
    }
    catch (error) {
      if (asked.get(id) !== mine) return null
      throw error
    }
    finally {
      if (asked.get(id) === mine) asked.delete(id)
    }
  }
}
