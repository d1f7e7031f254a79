import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { BUILD_FOLDERS, checkNode, OTHER_FOLDERS, reasonOfNpm, root } from '../../../scripts/lib/project.mjs'

it('knows of every folder of the repository whether the build reads it', () => {
  const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n')
  const folders = [...new Set(tracked.filter(file => file.includes('/')).map(file => file.split('/')[0]!))]
  expect(folders.length).toBeGreaterThan(5)
  expect(folders.filter(folder => !BUILD_FOLDERS.includes(folder) && !OTHER_FOLDERS.includes(folder))).toEqual([])
})

it('asks for Node 20 in one line', () => {
  expect(() => checkNode('18.20.4')).toThrow('MediaFlow needs Node 20 or newer, and this is Node 18.20.4')
  for (const version of ['20.0.0', '22.1.0', '24.21.0']) expect(() => checkNode(version)).not.toThrow()
})

describe('why npm failed', () => {
  it.each([
    ['npm error code EAI_AGAIN\nnpm error errno EAI_AGAIN', 'the npm registry cannot be reached'],
    ['npm error code ENOSPC\nnpm error nospc', 'the disk is full'],
    ['npm error code EACCES\nnpm error syscall mkdir', 'may not write'],
    ['npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and package-lock.json are in sync', 'disagree'],
    ['npm error code EINTEGRITY', 'damaged'],
    ['npm error code ELIFECYCLE\nnpm error the script of "x" failed', 'the script of "x" failed'],
    ['', 'its output stands above'],
  ])('%s', (output, reason) => {
    expect(reasonOfNpm(output)).toContain(reason)
  })
})
