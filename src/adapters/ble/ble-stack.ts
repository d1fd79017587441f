/** The two nobles behind one port, and which of them is meant. */
export const BLE_STACKS = ['abandonware', 'stoprocent'] as const;
export type BleStack = (typeof BLE_STACKS)[number];
/** 'auto': the first one whose parts are all there. */
export type StackChoice = BleStack | 'auto';

/** What npm calls them. */
export const STACK_PACKAGES: Readonly<Record<BleStack, string>> = {
  abandonware: '@abandonware/noble',
  stoprocent: '@stoprocent/noble',
};

/** The stacks to try, in this order. */
export function stacksToTry(choice: StackChoice): readonly BleStack[] {
  return choice === 'auto' ? BLE_STACKS : [choice];
}

/** Null for a word that names none. */
export function stackChoiceOf(text: string): StackChoice | null {
  return text === 'auto' || text === 'abandonware' || text === 'stoprocent' ? text : null;
}
