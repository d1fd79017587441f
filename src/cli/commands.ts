/** Every command, in the order of the help text. */
import { airDevice } from './air-device.ts';
import type { Command } from './command.ts';
import { decode } from './decode.ts';
import { replay } from './replay.ts';
import { serve } from './serve.ts';

export const COMMANDS: readonly Command[] = [serve, replay, decode, airDevice];
