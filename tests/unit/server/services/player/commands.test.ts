import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Db } from '../../../../../db/client'
import { player, playerCommand, playerFault } from '../../../../../db/schema'
import { resolvePlayer, type PlayerPrincipal } from '../../../../../server/services/client/access'
import { sha256Of } from '../../../../../server/services/hash'
import { sendCommands, type CommandTaker } from '../../../../../server/services/player/command-sender'
import { commandPlayers, endCommand, expireCommands, getCommand } from '../../../../../server/services/player/commands'
import { forgetOldFaults, listFaults, MOST_FAULTS, recordFaults } from '../../../../../server/services/player/faults'
import { keepNextToken, renewedToken, TOKEN_LIFETIME_MS } from '../../../../../server/services/player/tokens'
import { PLAYER_FEATURES, type PlayerFault, type ServerToPlayer } from '../../../../../shared/protocol'
import { NewCommandsSchema } from '../../../../../shared/schemas/player'
import { addClient, onBothDatabases } from '../../../../fixtures/database'
import { addPlayer, addStore } from '../../../../fixtures/schedule'

const opened = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.db, DatabaseClosed: class extends Error {} }))
vi.mock('../../../../../server/services/settings/env', () => ({ useSettings: () => ({ AUTH_SECRET: 'a secret of this test', WS_HEARTBEAT_INTERVAL: 30_000 }) }))
vi.mock('../../../../../server/services/client/auth', () => ({ useAuth: () => {} }))

onBothDatabases('what players are told', (use) => {
  let db: Db
  let shop: string
  let television: PlayerPrincipal
  beforeAll(async () => {
    db = use().db
    opened.db = db
    shop = await addClient(db, 'shop')
  })
  beforeEach(async () => {
    television = await addPlayer(db, shop, await addStore(db, shop))
  })

  const ask = (body: object) => db.transaction(tx => commandPlayers(tx, { client_id: shop, user: null }, NewCommandsSchema.parse({ targets: { players: [television.player_id] }, ...body })))
  const read = (command_id: string) => getCommand(shop, television.player_id, command_id)
  function taker(more: Partial<CommandTaker> = {}) {
    const sent: ServerToPlayer[] = []
    return { sent, taker: { player: television, features: PLAYER_FEATURES, started_at: null, send: message => sent.push(message), ...more } satisfies CommandTaker }
  }

  describe('a command', () => {
    it('is sent once, in order, however many ask at the same moment', async () => {
      const asked = [...await ask({ command: 'identify' }), ...await ask({ command: 'stop' }), ...await ask({ command: 'reload' })]
      const { sent, taker: here } = taker()
      await Promise.all([1, 2, 3].map(() => sendCommands([here], false)))
      expect(sent.map(message => 'command' in message && message.command)).toEqual(['identify', 'stop', 'reload'])
      expect((await read(asked[0]!.command_id)).status).toBe('sent')
    })

    it('is sent again on a new socket, but for a reload, which is done when the page has begun anew', async () => {
      const [identify] = await ask({ command: 'identify' })
      const [reload] = await ask({ command: 'reload' })
      await sendCommands([taker().taker], false)
      const old = taker({ started_at: new Date(Date.now() - 60_000) })
      await sendCommands([old.taker], true)
      expect(old.sent).toMatchObject([{ command_id: identify!.command_id }])
      expect((await read(reload!.command_id)).status).toBe('sent')
      const anew = taker({ started_at: new Date(Date.now() + 1000) })
      await sendCommands([anew.taker], true)
      expect(anew.sent).toMatchObject([{ command_id: identify!.command_id }])
      expect((await read(reload!.command_id)).status).toBe('done')
    })

    it('expires by itself, by the sweep, and a late answer outweighs that', async () => {
      const [late] = await ask({ command: 'identify' })
      await db.update(playerCommand).set({ expires_at: new Date(Date.now() - 1000) }).where(eq(playerCommand.command_id, late!.command_id))
      const { sent, taker: here } = taker()
      await sendCommands([here], true)
      expect(sent).toEqual([])
      expect(await read(late!.command_id)).toMatchObject({ status: 'expired', ended_at: null })
      await expireCommands()
      await expireCommands()
      expect(await read(late!.command_id)).toMatchObject({ status: 'expired', ended_at: expect.any(String) })
      await endCommand(television, { type: 'command_result', command_id: late!.command_id, status: 'done', detail: 'shown' })
      expect(await read(late!.command_id)).toMatchObject({ status: 'done', detail: 'shown' })
      await expireCommands(new Date(Date.now() + 31 * 86_400_000))
      await expect(read(late!.command_id)).rejects.toThrow('no such command')
    })
  })

  describe('a token', () => {
    const DAY = 86_400_000
    const young = 'mfp_the first one'
    const since = async () => (await db.select().from(player).where(eq(player.player_id, television.player_id)))[0]!
    beforeEach(() => db.update(player).set({ token_sha256: sha256Of(young + television.player_id) }).where(eq(player.player_id, television.player_id)))
    const first = () => resolvePlayer(young + television.player_id)
    const renew = (age_ms = TOKEN_LIFETIME_MS + DAY) => renewedToken(db, television.player_id, new Date(Date.now() - age_ms))

    it('is renewed when it is old, and the same one is offered until it is kept', async () => {
      expect(await renew(TOKEN_LIFETIME_MS - DAY)).toBeNull()
      const offered = await renew()
      expect(offered).toMatch(/^mfp_[\w-]{43}$/)
      expect(await renew()).toBe(offered)
      expect((await first())?.player_id).toBe(television.player_id)
      await keepNextToken(db, television.player_id)
      expect(await first()).toBeNull()
      expect((await resolvePlayer(offered!))?.player_id).toBe(television.player_id)
      expect(Date.now() - (await since()).token_since.getTime()).toBeLessThan(60_000)
      // Said twice, or by a player that has none to keep, it changes nothing.
      await keepNextToken(db, television.player_id)
      expect((await resolvePlayer(offered!))?.player_id).toBe(television.player_id)
      expect(await renew()).not.toBe(offered)
    })

    it('ends the other when it is used for the first time', async () => {
      const offered = await renew()
      expect((await first())?.player_id).toBe(television.player_id)
      expect((await resolvePlayer(offered!))?.player_id).toBe(television.player_id)
      expect(await first()).toBeNull()
      expect((await since()).next_token_sha256).toBeNull()
    })

    it('is one, of two sockets that ask for it at once', async () => {
      const made = (await Promise.all([renew(), renew(), renew()])).filter(token => token !== null)
      expect(new Set(made).size).toBe(1)
      expect((await resolvePlayer(made[0]!))?.player_id).toBe(television.player_id)
    })
  })

  describe('faults', () => {
    const aFault = (at = Date.now(), more: Partial<PlayerFault> = {}): PlayerFault => ({ fault_id: randomUUID(), kind: 'audio_stuck', detail: 'x', at: new Date(at).toISOString(), recovery: null, recovered_at: null, ...more })

    it('are kept to the last two hundred of each player, for thirty days', async () => {
      const now = Date.now()
      for (let batch = 0; batch < 3; batch++) await recordFaults(television, Array.from({ length: 80 }, (_, index) => aFault(now - (batch * 80 + index) * 1000)))
      const kept = await listFaults(shop, television.player_id)
      expect(kept).toHaveLength(MOST_FAULTS)
      expect(Date.parse(kept.at(-1)!.at)).toBe(now - 199_000)
      await forgetOldFaults()
      expect(await listFaults(shop, television.player_id)).toHaveLength(MOST_FAULTS)
      await forgetOldFaults(new Date(now + 31 * 86_400_000))
      expect(await listFaults(shop, television.player_id)).toEqual([])
    })

    it('are never later than now, whatever a television\'s clock says', async () => {
      await recordFaults(television, [aFault(Date.now() + 7_200_000, { recovered_at: new Date(Date.now() + 7_200_000).toISOString() })])
      const [fault] = await db.select().from(playerFault).where(eq(playerFault.player_id, television.player_id))
      expect(fault!.at.getTime()).toBeLessThanOrEqual(Date.now())
      expect(fault!.recovered_at!.getTime()).toBeLessThanOrEqual(Date.now())
    })
  })
})
