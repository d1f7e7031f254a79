import { setUpNeeded } from '../../../services/client/setup'

export default defineApiHandler(async () => ({ needed: await setUpNeeded() }))
