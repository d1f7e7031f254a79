import { complain, say } from './lib/console.mjs'
import { checkNode, ensureBuilt, ensureInstalled } from './lib/project.mjs'

try {
  checkNode()
  await ensureInstalled()
  if (!await ensureBuilt()) say('The build is up to date.')
}
catch (error) {
  complain(error)
  process.exitCode = 1
}
