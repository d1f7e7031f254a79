import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../scripts/lib/project.mjs'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
const direct = { ...dependencies, ...devDependencies, ...optionalDependencies }

it('names no registry in the lock file, so that it installs from any mirror', () => {
  const lock = read('package-lock.json')
  expect(Object.keys(JSON.parse(lock).packages).length).toBeGreaterThan(100)
  expect(lock.match(/"resolved":.*|https?:\/\/[^"]*(?:registry|npmjs|nexus|artifactory)[^"]*/g)).toBeNull()
})

it('holds the packages of every platform in the lock file: npm ci refuses one that lacks some', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { optionalDependencies?: Record<string, string> }> }
  const resolves = (from: string, name: string) => {
    const folders = from.split('/node_modules/').map((_, index, parts) => parts.slice(0, index + 1).join('/node_modules/'))
    return ['', ...folders].some(folder => `${folder}${folder && '/'}node_modules/${name}` in packages)
  }
  const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(name => !resolves(from, name)).map(name => `${name} of ${from}`))
  expect(missing).toEqual([])
})

it('pins every direct dependency to one version', () => {
  expect(Object.entries(direct).filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([])
})

it('explains every direct dependency in CONTRIBUTING, and nothing else', () => {
  const section = /^## Dependencies\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(read('CONTRIBUTING.md'))?.[1] ?? ''
  const rows = section.split('\n').filter(line => line.startsWith('| `'))
  const named = rows.map(row => /^\| `([^`]+)`/.exec(row)![1]!)
  expect(named.toSorted()).toEqual(Object.keys(direct).toSorted())
  for (const row of rows) {
    const cells = row.split('|').slice(1, -1).map(cell => cell.trim())
    expect(cells, row).toHaveLength(4)
    expect(cells.every(cell => cell.length > 1), row).toBe(true)
  }
})

it('states the licence that each package states itself', () => {
  const contributing = read('CONTRIBUTING.md')
  const stated = Object.keys(direct).map(name => [name, new RegExp(`^\\| \`${name}\` \\|[^|]*\\| ([^|]*?) \\|`, 'm').exec(contributing)?.[1]])
  const real = Object.keys(direct).map(name => [name, JSON.parse(read(`node_modules/${name}/package.json`)).license])
  expect(stated).toEqual(real)
})
