import { ensureBuilt, ensureInstalled } from '../../scripts/lib/project.mjs'

/** What runs on the built server runs on a build of the sources that are here now. */
export default async function setup() {
  await ensureInstalled()
  await ensureBuilt()
}
