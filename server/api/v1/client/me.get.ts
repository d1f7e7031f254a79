import { describeMe } from '../../../services/client/access'

export default defineApiHandler(async event => describeMe(await findPrincipal(event)))
