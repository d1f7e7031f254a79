import { uuidv7 } from 'uuidv7'
import type { Db } from '../../../db/client'
import { category, member, organization, store } from '../../../db/schema'
import clientsConfig from '../../../config/clients-config.json'
import { addShippedTracks } from '../audio/shipped-tracks'
import { addShippedVoices } from '../audio/voices'
import { addShippedTemplates } from '../library/shipped-templates'

/** What a new client starts with. */
export interface NewClient {
  name: string
  store_name: string
  time_zone: string
  owner_id: string
}

/**
 * A client with its first store, its owner, and the shipped categories, voices, music, recipes and templates.
 * @param tx a transaction: a client is made whole or not at all
 */
export async function createClient(tx: Db, { name, store_name, time_zone, owner_id }: NewClient): Promise<{ client_id: string, store_id: string }> {
  const client_id = uuidv7()
  await tx.insert(organization).values({ id: client_id, name, slug: client_id })
  await tx.insert(member).values({ id: uuidv7(), organizationId: client_id, userId: owner_id, role: 'owner' })
  const [first] = await tx.insert(store).values({ client_id, name: store_name, time_zone }).returning({ store_id: store.store_id })
  await tx.insert(category).values(clientsConfig.categories.map((row, position) => ({ ...row, client_id, position })))
  await addShippedVoices(tx, client_id)
  await addShippedTracks(tx, client_id)
  await addShippedTemplates(tx, client_id)
  return { client_id, store_id: first!.store_id }
}
