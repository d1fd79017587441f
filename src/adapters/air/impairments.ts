/** What can go wrong with data on its way from a device into the air; everything random comes from the radio's seed. */
import { ACL_CONTINUES, u16 } from './hci.ts';

const ATT_CHANNEL = 0x0004;
const ATT_NOTIFICATION = 0x1b;
/** Answers to Read By Type and Read By Group Type: what discovery is made of. */
const DISCOVERY_ANSWERS: ReadonlySet<number> = new Set([0x09, 0x11]);
/** In an H4 ACL packet: type, handle and length, then the L2CAP length and channel, then the ATT opcode and handle. */
const L2CAP_AT = 5;
const ATT_AT = 9;
const VALUE_AT = 12;

/** May be changed at any time. */
export interface LinkImpairments {
  /** Added latency, ms; order is kept. */
  delayMs: number;
  /**
   * Share of notifications, 0..1, that vanish as if the device's queue were full (the radio itself retransmits). With 1
   * the link stands and nothing comes.
   */
  dropShare: number;
  /** Notifications that vanish together, at least; 1: each on its own. `dropShare` is then the share of beginnings. */
  dropBurst: number;
  /** Share of notifications, 0..1, that are sent twice. */
  doubleShare: number;
  /** Share of notifications, 0..1, in which one byte is changed. */
  damageShare: number;
  /** The link is cut with this answer to a discovery request, counted from 1; 0: never. Starts over with a connection. */
  cutAtDiscoveryAnswer: number;
  /** Nothing gets out and nothing is acknowledged: out of range. */
  black: boolean;
}

export interface LinkCounters {
  notificationsPassed: number;
  notificationsDropped: number;
  notificationsDoubled: number;
  notificationsDamaged: number;
}

export class Impairer {
  readonly impairments: LinkImpairments = {
    delayMs: 0,
    dropShare: 0,
    dropBurst: 1,
    doubleShare: 0,
    damageShare: 0,
    cutAtDiscoveryAnswer: 0,
    black: false,
  };
  readonly counters: LinkCounters = {
    notificationsPassed: 0,
    notificationsDropped: 0,
    notificationsDoubled: 0,
    notificationsDamaged: 0,
  };
  readonly #random: () => number;
  #dropping = false;
  #burstLeft = 0;

  /** @param random uniform in 0..1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** What becomes of one ACL packet of the host. Damage is done in place. */
  fateOf(packet: Uint8Array): 'pass' | 'drop' | 'twice' | 'cut' {
    if (((u16(packet, 1) >> 12) & 0b11) === ACL_CONTINUES) return this.#dropping ? 'drop' : 'pass';
    this.#dropping = false;
    if (u16(packet, L2CAP_AT + 2) !== ATT_CHANNEL) return 'pass';
    const opcode = packet[ATT_AT] ?? 0;
    const { impairments, counters } = this;
    if (impairments.cutAtDiscoveryAnswer > 0 && DISCOVERY_ANSWERS.has(opcode)) {
      return --impairments.cutAtDiscoveryAnswer === 0 ? 'cut' : 'pass';
    }
    if (opcode !== ATT_NOTIFICATION) return 'pass';
    if (this.#burstLeft === 0 && this.#happens(impairments.dropShare))
      this.#burstLeft = Math.max(1, impairments.dropBurst);
    this.#dropping = this.#burstLeft > 0;
    if (this.#dropping) {
      this.#burstLeft--;
      counters.notificationsDropped++;
      return 'drop';
    }
    counters.notificationsPassed++;
    if (packet.length > VALUE_AT && this.#happens(impairments.damageShare)) {
      counters.notificationsDamaged++;
      const at = VALUE_AT + Math.floor(this.#random() * (packet.length - VALUE_AT));
      packet[at] = packet[at]! ^ (1 + Math.floor(this.#random() * 255));
    }
    // In pieces it cannot be doubled: the second first piece would break the first packet.
    const whole = u16(packet, 3) === u16(packet, L2CAP_AT) + 4;
    if (!whole || !this.#happens(impairments.doubleShare)) return 'pass';
    counters.notificationsDoubled++;
    return 'twice';
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random() < share;
  }
}
