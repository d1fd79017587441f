/** What a gateway at home has beside the others: whose it is, and the way to the clinic. */
import type { HomeOptions } from '../adapters/http/transfer-routes.ts';
import { type HomePlace, homePlace, homeViewOf } from '../gateway/home-visit.ts';
import type { Kit } from '../gateway/kit.ts';
import type { Log } from '../gateway/log.ts';
import type { Store } from '../ports/store.ts';
import { hostClock } from './host-clock.ts';
import { homeTransfer } from './transfer-parts.ts';

export interface HomeParts {
  place(): HomePlace | null;
  subjectCode(): string;
  readonly routes: HomeOptions;
  /** Sends when a visit has ended; the returned function ends that. */
  sendAfterVisits(kit: Kit): () => void;
}

/** An invitation given at the start is used once; at later starts the device is enrolled already. */
export async function startHome(
  store: Store,
  log: Log,
  folder: string,
  invitation: string | undefined,
): Promise<HomeParts> {
  let recording = false;
  const transfer = homeTransfer(store, log, folder, () => recording);
  await transfer.start();
  if (invitation !== undefined && !transfer.enrolment) await transfer.enrol(invitation);
  return {
    place() {
      const terms = transfer.enrolment?.enrolment;
      if (!terms) return null;
      return homePlace(terms.subjectCode, terms.permissions);
    },
    subjectCode: () => transfer.enrolment?.enrolment.subjectCode ?? '',
    routes: {
      view: () =>
        homeViewOf(transfer.enrolment?.enrolment ?? null, {
          store,
          wallMs: hostClock.wallMs(),
          recording,
          outgoing: transfer.outgoing(),
        }),
      async enrol(text, address) {
        await transfer.enrol(text, address);
      },
      send: () => transfer.sendNow(),
    },
    sendAfterVisits(kit) {
      const stop = kit.onState((state) => {
        const before = recording;
        recording = state.recording !== null;
        if (before && !recording) transfer.wake();
      });
      return () => {
        stop();
        transfer.stop();
      };
    },
  };
}
