/** What a conformance run needs of the world, and the device under test with everything that it has sent. */
import type { Advertisement, GattLink, Uuid } from '../../ports/gatt.ts';
import {
  CommandResult,
  decodeStatus,
  encodeCommand,
  HeadbandCharacteristic,
  type HeadbandCommand,
  type HeadbandStatus,
} from '../../wire/headband-profile.ts';
import type { Verdicts } from './clauses.ts';

export interface ConformanceBench {
  readonly advertisement: Advertisement;
  connect(): Promise<GattLink>;
  waitMs(ms: number): Promise<void>;
  /** Of the clock that stamps arrivals, us. */
  nowUs(): number;
  /** To the person who holds the device. */
  say(text: string): void;
  /** Runs also what takes more than five minutes. */
  readonly long: boolean;
}

export interface Arrived {
  readonly from: 'motion' | 'status';
  readonly bytes: Uint8Array;
  readonly arrivalUs: number;
}

/** An answer is final within this, ms (C9). */
const ANSWER_MS = 2000;

/** One connection to the device. */
export class DeviceUnderTest {
  /** Everything that was notified, in order. */
  readonly arrived: Arrived[] = [];
  readonly link: GattLink;
  readonly #bench: ConformanceBench;
  readonly #verdicts: Verdicts;
  #token = 0x40;

  constructor(bench: ConformanceBench, link: GattLink, verdicts: Verdicts) {
    this.#bench = bench;
    this.link = link;
    this.#verdicts = verdicts;
  }

  async subscribe(): Promise<void> {
    for (const from of ['status', 'motion'] as const) {
      const uuid: Uuid = HeadbandCharacteristic[from];
      await this.link.subscribe(uuid, (bytes, arrivalUs) =>
        this.arrived.push({ from, bytes: bytes.slice(), arrivalUs }),
      );
    }
  }

  async status(): Promise<HeadbandStatus | null> {
    const parsed = decodeStatus(await this.link.read(HeadbandCharacteristic.status));
    if (parsed.ok) return parsed.value;
    this.#verdicts.fail('C9', `Status cannot be read: ${parsed.reason}`);
    return null;
  }

  send(command: HeadbandCommand): Promise<HeadbandStatus | null> {
    return this.sendBytes(encodeCommand(command, 0));
  }

  /** Writes a command with a token of its own and follows Status to the final result; judges C9. */
  async sendBytes(bytes: Uint8Array): Promise<HeadbandStatus | null> {
    this.#token = (this.#token % 250) + 1;
    const own = bytes.slice();
    own[1] = this.#token;
    await this.link.write(HeadbandCharacteristic.control, own);
    const untilUs = this.#bench.nowUs() + ANSWER_MS * 1000;
    for (;;) {
      const status = await this.status();
      if (!status) return null;
      const shown = status.command === own[0] && status.token === this.#token;
      this.#verdicts.check(
        'C9',
        shown,
        `after command ${own[0]} Status shows command ${status.command}, token ${status.token}`,
      );
      if (!shown || status.result !== CommandResult.pending) return status;
      if (this.#bench.nowUs() > untilUs) {
        this.#verdicts.fail('C9', `command ${own[0]} was still pending after 2 s`);
        return null;
      }
      await this.#bench.waitMs(20);
    }
  }

  /** What arrives from now on, for so long. */
  async listen(ms: number): Promise<readonly Arrived[]> {
    const from = this.arrived.length;
    await this.#bench.waitMs(ms);
    return this.arrived.slice(from);
  }

  /** Starts a stream, listens, stops it; null when it would not start. */
  async stream(command: HeadbandCommand & { type: 'start' }, ms: number): Promise<readonly Arrived[] | null> {
    const from = this.arrived.length;
    const status = await this.send(command);
    if (status?.result !== CommandResult.ok) return null;
    await this.#bench.waitMs(ms);
    const arrived = this.arrived.slice(from);
    await this.send({ type: 'stop' });
    // What was on its way when STOP was acknowledged still lands.
    await this.#bench.waitMs(300);
    return arrived;
  }
}
