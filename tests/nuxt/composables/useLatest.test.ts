import { expect, it } from 'vitest'
import { useLatest } from '~/composables/useLatest'

it('gives the answer to whoever asked last, and nothing to those whose answer comes behind it', async () => {
  const latest = useLatest()
  const answers: ((value: string) => void)[] = []
  const ask = (id: string) => latest(id, () => new Promise<string>(resolve => answers.push(resolve)))
  const [first, second, other] = [ask('a'), ask('a'), ask('b')]
  answers[1]!('ready')
  answers[0]!('processing')
  answers[2]!('other')
  expect(await Promise.all([first, second, other])).toEqual([null, 'ready', 'other'])
  // Behind all of them it begins anew.
  const third = ask('a')
  answers[3]!('failed')
  expect(await third).toBe('failed')
})

it('rejects for whoever asked last only', async () => {
  const latest = useLatest()
  const refuse = () => Promise.reject(new Error('gone'))
  const old = latest('a', refuse)
  await expect(latest('a', refuse)).rejects.toThrow('gone')
  expect(await old).toBeNull()
})
