/** Every command, in the order of the help text. */
import { airDevice } from './air-device.ts';
import { audit } from './audit.ts';
import { backup, restore } from './backup.ts';
import { bundle } from './bundle.ts';
import type { Command } from './command.ts';
import { conformance } from './conformance.ts';
import { decode } from './decode.ts';
import { doctor } from './doctor.ts';
import { erase, retention } from './erase.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { invite } from './invite.ts';
import { list } from './list.ts';
import { record } from './record.ts';
import { replay } from './replay.ts';
import { report } from './report.ts';
import { rescore } from './rescore.ts';
import { serve } from './serve.ts';
import { tls } from './tls.ts';
import { tumble } from './tumble.ts';
import { users } from './users.ts';
import { validate } from './validate.ts';
import { verify } from './verify.ts';

export const COMMANDS: readonly Command[] = [
  serve,
  doctor,
  record,
  list,
  verify,
  rescore,
  backup,
  restore,
  exportCommand,
  report,
  importCommand,
  invite,
  bundle,
  validate,
  erase,
  retention,
  users,
  audit,
  tls,
  replay,
  decode,
  conformance,
  tumble,
  airDevice,
];
