/** The gateway on the patient's own computer, over HTTP. */
import { homeViewSchema } from '../../src/contract/transfer.ts';
import { api } from '../state/api.ts';
import type { HomePort } from './home-port.ts';

export const gatewayHome: HomePort = {
  view: () => api('GET', '/home', homeViewSchema),
  enrol: (invitation, address) => api('POST', '/home/enrol', homeViewSchema, { invitation, address }),
  sendNow: () => api('POST', '/home/send', homeViewSchema, {}),
  knowsClinic: false,
  // What this computer may do was decided when the page was fetched.
  beginsAnew: true,
};
