import { ensureBuilt, ensureInstalled } from '../../scripts/lib/project.mjs'

/** What runs on the built server runs on a build of the sources that are here now, unless `MEDIAFLOW_OUTPUT` names a build. */
export default async function setup() {
  await ensureInstalled()
  if (!process.env.MEDIAFLOW_OUTPUT) await ensureBuilt()
}
