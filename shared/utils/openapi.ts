/** The parts of an OpenAPI 3.1 document that the documentation page shows, laid out for reading. */

export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  format?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  example?: unknown
  examples?: unknown[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  additionalProperties?: JsonSchema | boolean
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  pattern?: string
}

interface Content {
  content?: Record<string, { schema?: JsonSchema }>
}

interface Operation {
  'operationId'?: string
  'tags'?: string[]
  'summary'?: string
  'description'?: string
  'x-access'?: string
  'parameters'?: { name: string, in: string, required?: boolean, description?: string, schema?: JsonSchema }[]
  'requestBody'?: Content
  'responses'?: Record<string, Content & { description?: string }>
}

export interface OpenApiDocument {
  info: { title: string, version: string, description?: string }
  paths?: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, JsonSchema> }
}

export interface Field {
  /** Dotted from the outermost object; `[]` for what is in a list. */
  name: string
  type: string
  required: boolean
  /** Limits and defaults, e.g. `≤ 200`, `= live`. */
  limits: string[]
  description?: string
  depth: number
}

export interface Route {
  id: string
  method: string
  path: string
  summary: string
  description?: string
  access: string
  parameters: (Field & { in: string })[]
  request: Field[]
  answer: { status: string, type: string, fields: Field[] }
  errors: { status: string, description: string }[]
  curl: string
}

export interface RouteGroup {
  tag: string
  routes: Route[]
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']
const MAX_DEPTH = 2

/**
 * Groups a document's operations by tag, in the document's own order.
 * @param document an OpenAPI 3.1 document
 * @param origin where the server is, for the examples
 * @param summaries in the reader's language, by `METHOD /path`; the document's own stand in for what is missing
 */
export function readOpenApi(document: OpenApiDocument, origin: string, summaries: Record<string, string> = {}): RouteGroup[] {
  const groups = new Map<string, Route[]>()
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const described = operations[method]
      if (!described) continue
      const operation = { ...described, summary: summaries[`${method.toUpperCase()} ${path}`] ?? described.summary }
      const tag = operation.tags?.[0] ?? 'other'
      groups.set(tag, [...groups.get(tag) ?? [], readRoute(document, method, path, operation, origin)])
    }
  }
  return [...groups].map(([tag, routes]) => ({ tag, routes }))
}

function readRoute(document: OpenApiDocument, method: string, path: string, operation: Operation, origin: string): Route {
  const responses = Object.entries(operation.responses ?? {})
  const [status, good] = responses.find(([code]) => code.startsWith('2')) ?? ['', {}]
  const body = bodyOf(operation.requestBody)
  const [answerType, answer] = contentOf(good)
  const access = operation['x-access'] ?? 'public'
  // A summary of several sentences is a title and a description.
  const [, title = '', rest = ''] = /^(.*?)(?:\. (.*))?$/s.exec(operation.summary ?? '') ?? []
  return {
    id: operation.operationId ?? `${method}${path.replace(/\W+/g, '-')}`,
    method: method.toUpperCase(),
    path,
    summary: title,
    description: [rest, operation.description].filter(Boolean).join(' ') || undefined,
    access,
    parameters: (operation.parameters ?? []).map(parameter => ({
      ...fieldOf(document, parameter.name, parameter.schema ?? {}, parameter.required ?? false, 0),
      description: parameter.description ?? parameter.schema?.description,
      in: parameter.in,
    })),
    request: body ? fieldsOf(document, body) : [],
    answer: { status, type: answer && answerType === 'application/json' ? typeOf(document, answer) : answerType, fields: answer && answerType === 'application/json' ? fieldsOf(document, answer) : [] },
    errors: responses.filter(([code]) => !code.startsWith('2')).map(([code, response]) => ({ status: code, description: response.description ?? '' })),
    curl: curlOf(document, method, path, access, body, origin),
  }
}

function contentOf(message: Content | undefined): [type: string, schema: JsonSchema | undefined] {
  const [type, media] = Object.entries(message?.content ?? {})[0] ?? ['', undefined]
  return [type, media?.schema]
}

function bodyOf(message: Content | undefined): JsonSchema | undefined {
  return contentOf(message)[1]
}

/** Follows references and single-entry compositions to the schema that says something. */
function resolve(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  let current = schema
  for (let hops = 0; hops < 10; hops++) {
    const next = current.$ref ? document.components?.schemas?.[refName(current.$ref)] : current.allOf?.length === 1 ? current.allOf[0] : undefined
    if (!next) return current
    current = next
  }
  return current
}

function refName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1)
}

function choices(schema: JsonSchema): JsonSchema[] | undefined {
  return schema.anyOf ?? schema.oneOf
}

function typeOf(document: OpenApiDocument, schema: JsonSchema): string {
  if (schema.$ref) return refName(schema.$ref)
  if (schema.allOf?.length === 1) return typeOf(document, schema.allOf[0]!)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(' | ')
  const some = choices(schema)
  if (some) return [...new Set(some.map(choice => typeOf(document, choice)))].join(' | ')
  if (Array.isArray(schema.type)) return schema.type.map(type => typeOf(document, { ...schema, type })).join(' | ')
  if (schema.type === 'array') {
    const item = typeOf(document, schema.items ?? {})
    return item.includes(' | ') ? `(${item})[]` : `${item}[]`
  }
  return schema.format && schema.type === 'string' ? schema.format : schema.type ?? 'any'
}

function limitsOf(schema: JsonSchema): string[] {
  const limits: string[] = []
  const [low, high] = [schema.minLength ?? schema.minimum ?? schema.minItems, schema.maxLength ?? schema.maximum ?? schema.maxItems]
  if (low !== undefined && low > -Number.MAX_SAFE_INTEGER) limits.push(`≥ ${low}`)
  if (high !== undefined && high < Number.MAX_SAFE_INTEGER) limits.push(`≤ ${high}`)
  if (schema.default !== undefined) limits.push(`= ${JSON.stringify(schema.default)}`)
  return limits
}

function fieldOf(document: OpenApiDocument, name: string, schema: JsonSchema, required: boolean, depth: number): Field {
  const solid = choices(schema)?.find(choice => choice.type !== 'null') ?? schema
  return { name, type: typeOf(document, schema), required, limits: limitsOf({ ...solid, default: schema.default }), description: schema.description, depth }
}

/** The fields of an object, of a list's entries, and of the objects within, as one list to read from top to bottom. */
function fieldsOf(document: OpenApiDocument, schema: JsonSchema, prefix = '', depth = 0): Field[] {
  const own = resolve(document, schema)
  const solid = resolve(document, choices(own)?.find(choice => choice.type !== 'null') ?? own)
  if (solid.type === 'array' && solid.items) return fieldsOf(document, solid.items, `${prefix}[].`.replace('.[]', '[]'), depth)
  return Object.entries(solid.properties ?? {}).flatMap(([key, property]) => {
    const name = `${prefix}${key}`
    const field = fieldOf(document, name, property, solid.required?.includes(key) ?? false, depth)
    return depth < MAX_DEPTH ? [field, ...fieldsOf(document, property, `${name}.`, depth + 1)] : [field]
  })
}

/** A value that fits a schema, for the examples. */
function exampleOf(document: OpenApiDocument, schema: JsonSchema, name = ''): unknown {
  const own = resolve(document, schema)
  const given = own.example ?? own.examples?.[0] ?? own.default ?? own.const ?? own.enum?.[0]
  if (given !== undefined) return given
  const some = choices(own)
  if (some) return exampleOf(document, some.find(choice => choice.type !== 'null') ?? {}, name)
  const type = Array.isArray(own.type) ? own.type.find(one => one !== 'null') : own.type
  if (type === 'object') {
    return Object.fromEntries(Object.entries(own.properties ?? {})
      .filter(([key]) => own.required?.includes(key) ?? false)
      .map(([key, property]) => [key, exampleOf(document, property, key)]))
  }
  if (type === 'array') return [exampleOf(document, own.items ?? {}, name)]
  if (type === 'integer' || type === 'number') return own.minimum !== undefined && own.minimum > -Number.MAX_SAFE_INTEGER ? own.minimum : 1
  if (type === 'boolean') return true
  if (type === 'null') return null
  return EXAMPLES[own.format ?? ''] ?? EXAMPLES[name] ?? '…'
}

const EXAMPLES: Record<string, string> = {
  'uuid': '01936f2a-7c40-7a1e-9d3b-2f6c8a51e0d4',
  'date-time': '2026-11-22T18:30:00Z',
  'email': 'ana@example.com',
  'text': 'Estimados clientes, nuestra tienda cierra en quince minutos.',
  'name': 'Gran Vía 12',
  'time_zone': 'Europe/Madrid',
  'code': 'K7QM-3XHD',
}

function curlOf(document: OpenApiDocument, method: string, path: string, access: string, body: JsonSchema | undefined, origin: string): string {
  const lines = [`curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}'${origin}${path}'`]
  if (access !== 'public') lines.push(`-H "Authorization: Bearer $${TOKENS[access] ?? 'API_KEY'}"`)
  if (body) lines.push('-H \'Content-Type: application/json\'', `-d '${JSON.stringify(exampleOf(document, body)).replaceAll('\'', '\'\\\'\'')}'`)
  return lines.join(' \\\n  ')
}

const TOKENS: Record<string, string> = { player: 'PLAYER_TOKEN', pairing: 'PAIRING_SECRET' }
