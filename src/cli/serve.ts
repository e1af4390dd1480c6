import type { Command } from 'commander'

/** `stepstream serve`: what `npm start` does. */
export function defineServe(command: Command): void {
  command.action(async () => {
    const { serveService } = await import('./serve-service.ts')
    await serveService()
  })
}
