import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { parse } from 'yaml'

/**
 * What a file holds, as YAML, of which JSON is a part; `-` is standard input. Ends the process where it
 * cannot be read.
 */
export async function readDocument(command: Command, file: string): Promise<unknown> {
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch(
    (error: Error) => command.error(`error: ${error.message}`),
  )
  return parseDocument(command, content, file === '-' ? 'standard input' : file)
}

/** A value of the command line: JSON, or `@file` or `@-` for what a file holds. */
export async function readValue(command: Command, given: string): Promise<unknown> {
  if (given.startsWith('@')) return readDocument(command, given.slice(1))
  try {
    return JSON.parse(given)
  } catch {
    return command.error(
      `error: ${JSON.stringify(given)} is no JSON; write a text in quotes of its own ('"text"'), or @file`,
    )
  }
}

function parseDocument(command: Command, content: string, from: string): unknown {
  try {
    return parse(content)
  } catch (error) {
    return command.error(`error: ${from} cannot be read: ${(error as Error).message.trimEnd()}`)
  }
}
