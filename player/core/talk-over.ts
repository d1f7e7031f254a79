import type { PlayerStatus } from '../../shared/protocol'
import type { Sounder } from './audio'
import { withLimit } from './http'
import type { Keep } from './keep'
import { silentMp3 } from './silence'
import type { Voice } from './voice'

/** Whether this device speaks over music: shown by itself, never guessed from its name. */
export type Ability = NonNullable<PlayerStatus['talk_over']>

export interface TalkOver {
  ability: () => Ability
  /** It can, and the voice is awake. */
  ready: () => boolean
  /** Whether a self-test is due: until then the element belongs to it. */
  due: () => boolean
  /** The self-test, once for each program and engine. Nothing of it is heard. */
  test: () => Promise<void>
  /** It has failed in earnest. */
  fail: () => void
  load: () => Promise<void>
}

export interface TalkOverOptions {
  keep: Keep
  sounder: Sounder
  voice: Voice
  /** An address with some seconds of silence. */
  silence: string
  /** The program's version and the engine's name. */
  engine: string
  /** A message is on air or waits for the element. */
  busy: () => boolean
  onChange: () => void
}

const KEY = 'talk_over'
const START_WITHIN_MS = 4_000
const SAMPLE_MS = 600
/** So much of the sample's length the element has to go on meanwhile. */
const MOVES_MS = 250
/** Below the last bit of what a loudspeaker is sent, and plain to an analyser. */
const INAUDIBLE = 1e-5
/** What came to no result is not begun for ever. */
const ATTEMPTS = 5

/** Finds out whether the device can speak over music, and remembers it. */
export function createTalkOver({ keep, sounder, voice, silence, engine, busy, onChange }: TalkOverOptions): TalkOver {
  let ability: Ability = 'untested'
  let attempts = 0
  let failures = 0
  let testing = false

  function conclude(works: boolean) {
    ability = works ? 'works' : 'fails'
    keep.set(KEY, { engine, works }).catch(() => undefined)
    onChange()
  }

  /** An mp3 that the engine has decoded, with something in it for the analyser. */
  async function sample(): Promise<AudioBuffer> {
    const sound = await voice.decode(silentMp3(SAMPLE_MS))
    const samples = sound.getChannelData(0)
    for (let i = 0; i < samples.length; i++) samples[i] = i % 64 < 32 ? INAUDIBLE : -INAUDIBLE
    return sound
  }

  /** Null when something came in between. */
  async function attempt(): Promise<boolean | null> {
    // one that says it runs and does not has failed; one that waits for a key has not been tried
    if (!await voice.wake()) return voice.awake() ? false : null
    const sound = await sample().catch(() => null)
    if (!sound) return false
    if (busy()) return null
    let over = false
    const started = new Promise<boolean>((resolve) => {
      void sounder.play(silence, () => resolve(true)).then(() => {
        over = true
        resolve(false)
      })
    })
    const plays = await withLimit(started, START_WITHIN_MS, 'silence').catch(() => false)
    const from = sounder.positionMs()
    const spoken = plays ? await voice.speak(sound, 1, () => undefined) : null
    // whoever took the element away has its position now
    if (over) return null
    const moved = sounder.positionMs() - from
    const works = !!spoken && spoken.kind === 'ended' && spoken.level_db !== null && moved >= MOVES_MS && sounder.obeys()
    sounder.stop()
    return works
  }

  // what did not wake the first time has another chance when a key has woken it
  const due = () => testing || (ability === 'untested' && (!attempts || (attempts < ATTEMPTS && voice.awake())))

  return {
    ability: () => ability,
    ready: () => ability === 'works' && voice.awake(),
    due,
    async test() {
      if (testing || !due() || sounder.locked() || busy()) return
      testing = true
      attempts++
      const works = await attempt().catch(() => null)
      testing = false
      failures += works === false ? 1 : 0
      // a set that is busy with its own start is given another chance
      if (works || (works === false && failures > 1)) conclude(works)
      else onChange()
    },
    fail: () => conclude(false),
    load: () => keep.get<{ engine: string, works: boolean }>(KEY).then((kept) => {
      if (kept && kept.engine === engine) ability = kept.works ? 'works' : 'fails'
    }),
  }
}
