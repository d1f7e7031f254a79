/**
 * Tells eslint-plugin-boundaries which place of the project an import names, by the aliases of Nuxt.
 * Nothing is looked up on disk: a rule about places holds for a file that is still to be written, too.
 */
const { isBuiltin } = require('node:module')
const path = require('node:path')

const ALIASES = [
  [/^(?:~~|@@|~|@)\//, ''],
  [/^#shared\//, 'shared/'],
  [/^#server\//, 'server/'],
]

exports.interfaceVersion = 2

exports.resolve = (source, file, { root }) => {
  if (isBuiltin(source)) return { found: true, path: null }
  if (/^\.{1,2}(?:\/|$)/.test(source)) return { found: true, path: path.resolve(path.dirname(file), source) }
  for (const [pattern, place] of ALIASES) {
    if (pattern.test(source)) return { found: true, path: path.join(root, source.replace(pattern, place)) }
  }
  return { found: false }
}
