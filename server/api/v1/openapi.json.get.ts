import { openApiDocument } from '../../services/openapi/document'

export default defineApiHandler(() => openApiDocument())
