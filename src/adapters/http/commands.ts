/** Messages of a client: whatever comes, it gets one coded answer and nothing falls over. */
import { type Command, commandMessageSchema, type Reply } from '../../contract/commands.ts';
import { type ErrorCode, KitError } from '../../contract/errors.ts';
import { issueText } from '../../contract/issue.ts';
import { createBucket } from '../../gateway/access/throttle.ts';
import type { Kit } from '../../gateway/kit.ts';
import { kitErrorOf } from '../../gateway/waiting.ts';

/** Commands at once and a second after that: far more than a hand, a pedal and a heartbeat make. */
const BURST = 200;
const PER_SECOND = 50;
/** Commands of one client that may be under way at once. */
const UNDER_WAY = 32;

function refusal(id: number, error: KitError): Reply {
  return { type: 'reply', id, ok: false, code: error.code, message: error.message, hint: error.hint };
}

/** The id of a message that could not be read as a command, as far as it has one; -1 otherwise. */
function idOf(value: unknown): number {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  return Number.isSafeInteger(id) ? (id as number) : -1;
}

/**
 * @param by whose account it is
 * @param permit throws the KitError with which a command is refused
 */
export function createCommandHandler(
  kit: Pick<Kit, 'execute'>,
  by: string | null,
  permit: (command: Command) => void,
  reply: (reply: Reply) => void,
  onInternal: (cause: unknown) => void,
): (data: unknown, isBinary: boolean) => void {
  const bucket = createBucket(BURST, PER_SECOND);
  let underWay = 0;

  const bad = (id: number, detail: string, code: ErrorCode = 'BAD_REQUEST'): void =>
    reply(refusal(id, new KitError(code, detail)));

  return (data, isBinary) => {
    if (isBinary) return bad(-1, 'binary messages mean nothing here');
    let value: unknown;
    try {
      value = JSON.parse(String(data));
    } catch {
      return bad(-1, 'not JSON');
    }
    const parsed = commandMessageSchema.safeParse(value);
    if (!parsed.success) {
      return bad(idOf(value), issueText(parsed.error, 'message'));
    }
    const { id, command } = parsed.data;
    if (underWay >= UNDER_WAY) return bad(id, 'too many commands at once');
    if (!bucket.take('', performance.now())) return reply(refusal(id, new KitError('TOO_MANY_TRIES')));
    try {
      permit(command);
    } catch (cause) {
      return reply(refusal(id, kitErrorOf(cause)));
    }
    underWay++;
    kit
      .execute(command, by)
      .then(
        (result) => reply({ type: 'reply', id, ok: true, ...result }),
        (cause: unknown) => {
          if (cause instanceof KitError) return reply(refusal(id, cause));
          onInternal(cause);
          reply(refusal(id, new KitError('INTERNAL')));
        },
      )
      .finally(() => {
        underWay--;
      });
  };
}
