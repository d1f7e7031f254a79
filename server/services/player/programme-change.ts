import type { Db } from '../../../db/client'
import { announceProgrammes } from './live'
import { countUpProgrammes } from './programme-version'

/**
 * Says that what a client's programmes are made of has changed, and has its connected players told where theirs is another
 * one now. Last in its transaction, so that nobody waits for it while holding what others need.
 */
export async function changeProgrammes(tx: Db, client_id: string): Promise<void> {
  await countUpProgrammes(tx, client_id)
  await announceProgrammes(tx, client_id)
}
