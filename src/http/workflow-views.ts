import { z } from 'zod'
import type { VersionListing, WorkflowListing, WorkflowVersion } from '../store/workflows.ts'

const time = z.iso.datetime()

const listed = {
  name: z.string(),
  version: z.int(),
  description: z.string().nullable(),
  totalSteps: z.int(),
  restoredFrom: z.int().nullable().describe('The version whose content it brought back'),
}

export const versionListingSchema = z
  .object({ ...listed, createdAt: time })
  .meta({ id: 'WorkflowVersionListing' })

export const workflowListingSchema = z
  .object({
    ...listed,
    versions: z.int().describe('How many versions it has'),
    updatedAt: time,
  })
  .meta({ id: 'WorkflowListing' })

export const workflowVersionSchema = z
  .object({
    ...listed,
    createdAt: time,
    definition: z.unknown().describe('The workflow as it was posted'),
    links: z.object({ self: z.string(), versions: z.string(), stats: z.string() }),
  })
  .meta({ id: 'SavedWorkflow' })

export function versionListingView(listing: VersionListing): z.infer<typeof versionListingSchema> {
  const { createdAt, ...rest } = listing
  return { ...rest, createdAt: iso(createdAt) }
}

export function workflowListingView(
  listing: WorkflowListing,
): z.infer<typeof workflowListingSchema> {
  const { createdAt, ...rest } = listing
  return { ...rest, updatedAt: iso(createdAt) }
}

export function workflowVersionView(
  workflow: WorkflowVersion,
): z.infer<typeof workflowVersionSchema> {
  const { definition, digest, createdAt, ...rest } = workflow
  return {
    ...rest,
    createdAt: iso(createdAt),
    definition: JSON.parse(definition),
    links: workflowLinks(workflow.name),
  }
}

export function workflowLinks(name: string): { self: string; versions: string; stats: string } {
  const self = `/v1/workflows/${name}`
  return { self, versions: `${self}/versions`, stats: `${self}/stats` }
}

export function versionLink(name: string, version: number): string {
  return `${workflowLinks(name).versions}/${version}`
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
