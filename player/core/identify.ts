/** How long a browser may take to begin, ms; some have voices in their list and none that speaks. */
const BEGIN_WITHIN_MS = 3_000

/**
 * Says something with the engine's own voice, over whatever else sounds.
 * @param volume 0..1
 * @returns whether a voice began to speak
 */
export function say(text: string, language: string, volume: number): Promise<boolean> {
  const { speechSynthesis: voice, SpeechSynthesisUtterance: Utterance } = window as Partial<Window & typeof globalThis>
  if (!voice || !Utterance || !volume) return Promise.resolve(false)
  return new Promise((resolve) => {
    const words = new Utterance(text)
    words.lang = language
    words.volume = volume
    words.onstart = () => resolve(true)
    words.onerror = () => resolve(false)
    setTimeout(() => resolve(false), BEGIN_WITHIN_MS)
    voice.cancel()
    voice.speak(words)
  })
}
