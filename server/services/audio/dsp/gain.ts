/**
 * A copy, `gain` (an amplitude) times as loud.
 * @param louder where it goes, as long as the samples; without it, into memory of its own
 */
export function amplify(samples: Float32Array, gain: number, louder = new Float32Array(samples.length)): Float32Array {
  for (let at = 0; at < samples.length; at++) louder[at] = samples[at]! * gain
  return louder
}

/** One channel out of two: their mean. */
export function downmix(left: Float32Array, right: Float32Array): Float32Array {
  const mono = new Float32Array(left.length)
  for (let at = 0; at < mono.length; at++) mono[at] = (left[at]! + right[at]!) / 2
  return mono
}
