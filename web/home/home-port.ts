/**
 * What the patient's page asks beside the kit's commands: whose device this is, what may be gone on with, and what is on
 * its way to the clinic. Two implementations: over HTTP from a gateway at home (gateway-home.ts), and from the gateway's
 * own parts in the page (engine/page-home.ts). Nothing above this file knows the difference.
 */
import type { HomeView } from '../../src/contract/transfer.ts';
import type { Answer } from '../state/api.ts';

export interface HomePort {
  view(): Promise<Answer<HomeView>>;
  /** @param address of the clinic, with a code; where `knowsClinic`, it is not asked for */
  enrol(invitation: string, address: string): Promise<Answer<HomeView>>;
  /** Tries at once what waits for the clinic. */
  sendNow(): Promise<Answer<HomeView>>;
  /** The clinic served this page: its address needs no typing. */
  readonly knowsClinic: boolean;
  /** After it was invited the page has to begin anew. */
  readonly beginsAnew: boolean;
}

let port: HomePort | null = null;

export function useHome(chosen: HomePort): void {
  port = chosen;
}

export function homePort(): HomePort {
  if (port === null) throw new Error('the page at home was started without useHome');
  return port;
}
