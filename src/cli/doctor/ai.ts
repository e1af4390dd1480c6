import { type AiConnectionSettings, aiConnectionsOf } from '../../ai-settings.ts'
import type { Config } from '../../config.ts'
import { StepstreamError } from '../../errors.ts'
import { isLoopback } from '../../http/guards.ts'
import { Connection } from '../../modules/ai/connection.ts'
import { createOutbound } from '../../modules/outbound/index.ts'
import { span } from '../../session/line-text.ts'
import { reasonOf } from '../reason.ts'
import type { Finding } from './finding.ts'

const LIST_BYTES = 5_000_000

/** Each AI connection: whether it is reached, takes the key, and has the model. It costs no tokens. */
export async function checkAi(config: Config): Promise<Finding[]> {
  const connections = [...aiConnectionsOf(config)]
  if (connections.length === 0) {
    const detail = 'not configured: steps that need AI are refused (AI_BASE_URL, AI_MODEL)'
    return [{ check: 'ai', health: 'none', detail }]
  }
  return Promise.all(connections.map(([name, settings]) => checkConnection(name, settings, config)))
}

async function checkConnection(
  name: string,
  settings: AiConnectionSettings,
  config: Config,
): Promise<Finding> {
  const check = `ai ${name}`
  const connection = new Connection(name, settings)
  // As the service reaches it.
  const outbound = createOutbound({
    allowPrivate: isLoopback(config.HOST),
    allow: config.OUTBOUND_ALLOW,
    requestTimeoutMs: config.REQUEST_TIMEOUT,
    connectTimeoutMs: config.CONNECT_TIMEOUT,
  })
  try {
    const askedAt = performance.now()
    const { status, body } = await outbound.request({
      method: 'GET',
      url: connection.url('models'),
      headers: { ...connection.headers, accept: 'application/json' },
      maxRedirects: 3,
      maxResponseBytes: LIST_BYTES,
    })
    const took = span(performance.now() - askedAt)
    return { check, ...judge(status, body.toString(), settings, took) }
  } catch (error) {
    const detail = connection.hideKey(`${settings.baseUrl}: ${reasonOf(error)}`)
    const isRefused = error instanceof StepstreamError && error.code === 'ADDRESS_REFUSED'
    const action = isRefused
      ? 'Let its host in with OUTBOUND_ALLOW.'
      : 'Check that it runs, and correct AI_BASE_URL or AI_CONNECTIONS.'
    return { check, health: 'broken', detail, action }
  } finally {
    await outbound.close()
  }
}

function judge(
  status: number,
  body: string,
  { baseUrl, model }: AiConnectionSettings,
  took: string,
): Omit<Finding, 'check'> {
  if (status === 401 || status === 403) {
    const action = 'Correct AI_API_KEY, or the apiKey in AI_CONNECTIONS.'
    return { health: 'broken', detail: `${baseUrl} does not take the key (${status})`, action }
  }
  if (status >= 500) {
    const action = 'Try again later, or ask whoever runs it.'
    return { health: 'broken', detail: `${baseUrl} answers ${status}`, action }
  }
  const models = status === 200 ? modelsOf(body) : undefined
  if (models === undefined) {
    const action =
      'Check that the base URL ends as it is to (often /v1); some servers have no list.'
    const detail = `${baseUrl} is there, but gives no list of models (${status}): key and model are not checked`
    return { health: 'warning', detail, action }
  }
  if (!models.includes(model)) {
    const some = models.slice(0, 5).join(', ')
    const action = `Correct AI_MODEL, or the model in AI_CONNECTIONS${some === '' ? '' : `: it has ${some}`}.`
    return { health: 'warning', detail: `${baseUrl} does not list ${model}`, action }
  }
  return { health: 'ok', detail: `${baseUrl} has ${model}, answered in ${took}` }
}

/** As OpenAI’s `GET /models` answers: `{ data: [{ id }] }`. */
function modelsOf(body: string): string[] | undefined {
  try {
    const { data } = JSON.parse(body) as { data: { id: string }[] }
    return data.map(({ id }) => id)
  } catch {
    // Something else answers.
    return undefined
  }
}
