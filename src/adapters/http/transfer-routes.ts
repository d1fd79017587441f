/** Invitations and bundles: the clinic's people by their session, a device at home by its token or its key. */

import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { KitError } from '../../contract/errors.ts';
import { type HomeView, sha256Schema } from '../../contract/transfer.ts';
import { BUNDLE_LIMIT_BYTES, BUNDLE_TYPE } from '../../gateway/transfer/bundle-format.ts';
import type { ClinicTransfer } from '../../gateway/transfer/clinic.ts';
import type { BundleFiles } from '../../ports/bundle-files.ts';
import type { App } from './app.ts';

/** A device at home; the gateway of a clinic has none, and those routes answer NOT_FOUND. */
export interface HomeOptions {
  view(): Promise<HomeView>;
  enrol(invitation: string, address: string): Promise<void>;
  send(): Promise<void>;
}

export interface TransferOptions {
  readonly home?: HomeOptions;
  readonly clinic: ClinicTransfer;
  /** For what comes in, until it is taken or refused. */
  readonly incoming: BundleFiles;
}

export function transferRoutes({ app, on }: App, transfer: TransferOptions | null): void {
  const present = (): TransferOptions => {
    if (transfer === null) throw new KitError('NOT_FOUND');
    return transfer;
  };
  // As it comes: nothing of it is held in memory.
  app.addContentTypeParser(BUNDLE_TYPE, (_request, payload, done) => done(null, payload));

  on('GET /api/v1/transfer/clinic', () => present().clinic.card());
  on('POST /api/v1/transfer/enrol', ({ body: { token, signingKey } }) => present().clinic.enrol(token, signingKey));
  on('POST /api/v1/transfer/bundles', async ({ request, reply }) => {
    const { clinic, incoming } = present();
    const body = request.body;
    if (!(body instanceof Readable)) throw new KitError('BAD_REQUEST', `content-type has to be ${BUNDLE_TYPE}`);
    const id = randomUUID();
    try {
      if (Number(request.headers['content-length'] ?? 0) > BUNDLE_LIMIT_BYTES) throw new KitError('BUNDLE_TOO_LARGE');
      const invitation = sha256Schema.safeParse(request.headers['x-neck-invitation']);
      if (!invitation.success) throw new KitError('BUNDLE_STRANGER');
      await clinic.expects(invitation.data);
      await incoming.write(id, body, BUNDLE_LIMIT_BYTES);
      return await clinic.receive(() => incoming.read(id));
    } catch (cause) {
      // What was not read stays unread: the connection ends with the answer.
      if (!body.readableEnded) reply.header('connection', 'close');
      throw cause;
    } finally {
      await incoming.remove(id);
    }
  });
  const home = (): HomeOptions => {
    const options = present().home;
    if (!options) throw new KitError('NOT_FOUND');
    return options;
  };
  on('GET /api/v1/home', () => home().view());
  on('POST /api/v1/home/enrol', async ({ body: { invitation, address } }) => {
    await home().enrol(invitation, address);
    return home().view();
  });
  on('POST /api/v1/home/send', async () => {
    await home().send();
    return home().view();
  });
  on('GET /api/v1/transfer/received', ({ query: { limit } }) => present().clinic.received(limit));
  on('GET /api/v1/invitations', ({ query: { subject } }) => present().clinic.invitations(subject));
  on('POST /api/v1/invitations', ({ body, caller }) => present().clinic.invite(caller.accountId, body));
  on('DELETE /api/v1/invitations/:id', ({ params, caller }) =>
    present().clinic.revoke(caller.accountId, params['id']!),
  );
}
