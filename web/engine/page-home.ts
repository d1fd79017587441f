/** The patient's page over the gateway's own parts in the page. */
import type { PageTransfer } from '../../src/adapters/web-transfer/page-transfer.ts';
import type { HomeView } from '../../src/contract/transfer.ts';
import { homeViewOf } from '../../src/gateway/home-visit.ts';
import { kitErrorOf } from '../../src/gateway/waiting.ts';
import type { SessionStore } from '../../src/ports/session-store.ts';
import type { HomePort } from '../home/home-port.ts';
import { told } from '../i18n/index.ts';
import type { Answer } from '../state/api.ts';
import type { Outbox } from './outbox.ts';

export function createPageHome(deps: {
  readonly store: SessionStore;
  readonly transfer: PageTransfer;
  readonly outbox: Outbox;
  readonly recording: () => boolean;
  /** The device has been invited. */
  readonly onEnrolled: () => Promise<void>;
}): HomePort {
  const { store, transfer, outbox, recording } = deps;
  async function view(): Promise<HomeView> {
    return homeViewOf(await transfer.enrolment(), {
      store,
      wallMs: Date.now(),
      recording: recording(),
      outgoing: await outbox.outgoing(),
    });
  }
  async function after(job: Promise<unknown>): Promise<Answer<HomeView>> {
    try {
      await job;
      return { ok: true, value: await view() };
    } catch (cause) {
      const { code, message, hint } = kitErrorOf(cause);
      return { ok: false, problem: told({ code, message, hint }) };
    }
  }
  return {
    view: () => after(Promise.resolve()),
    enrol: (invitation) => after(transfer.enrol(invitation).then(deps.onEnrolled)),
    sendNow: () => after(outbox.sendNow()),
    knowsClinic: true,
    beginsAnew: false,
  };
}
