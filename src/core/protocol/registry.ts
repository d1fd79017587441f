/** The tests that the kit knows, in the order of a visit: fast rotation last. */
import { neutralRotation, rangeOfMotion } from './crom-definition.ts';
import { homeRangeOfMotion } from './crom-home.ts';
import { endurance } from './endurance.ts';
import { fastRotation } from './fast-rotation.ts';
import { flexionRotation } from './frt-definition.ts';
import { homeFlexionRotation } from './home-flexion-rotation.ts';
import type { CommonSettings, ProtocolDefinition } from './protocol.ts';
import { sustainedPosture } from './sustained-posture.ts';

/** What is the same of every definition, whatever its parameters. */
export type AnyProtocol = Omit<ProtocolDefinition, 'create' | 'repetitionsAsked' | 'settings'> & {
  settings(common: CommonSettings): Readonly<Record<string, unknown>>;
  repetitionsAsked(overrides?: Readonly<Record<string, unknown>>): number;
  /** Parameters that the test does not know are refused by its own schema before they come here. */
  create(overrides?: Readonly<Record<string, unknown>>): ReturnType<ProtocolDefinition['create']>;
};

export const PROTOCOLS: readonly AnyProtocol[] = Object.freeze([
  rangeOfMotion,
  flexionRotation,
  neutralRotation,
  homeRangeOfMotion,
  homeFlexionRotation,
  endurance,
  sustainedPosture,
  fastRotation,
]);

/** The definition of an id; null when there is none. */
export function protocolOf(id: string): AnyProtocol | null {
  return PROTOCOLS.find((protocol) => protocol.id === id) ?? null;
}
