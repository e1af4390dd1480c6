import { styleText } from 'node:util'
import type { Paint } from './paint.ts'

/** Colours for standard output, as far as it has any and NO_COLOR and FORCE_COLOR allow. */
export const paintOut: Paint = (format, text) => styleText(format, text, { stream: process.stdout })
