import { NotFound } from '../services/errors'

export default defineApiHandler(() => {
  throw new NotFound('There is no such route.', 'route_not_found')
})
