/** The only way out of a gateway: from a device at home to the clinic that invited it. */
export interface ClinicAddress {
  /** https://host:port, or http:// on this computer alone. */
  readonly url: string;
  /** PEM of the authority to trust; null: those of the system. */
  readonly authority: string | null;
}

/** All reject with CLINIC_UNREACHABLE, CLINIC_UNTRUSTED, or with what the clinic said, by its code. */
export interface ClinicLink {
  /** The clinic's card, from whoever answers: it is believed only by its fingerprint. Nothing is sent with it. */
  card(url: string): Promise<unknown>;
  enrol(clinic: ClinicAddress, body: { readonly token: string; readonly signingKey: string }): Promise<unknown>;
  send(
    clinic: ClinicAddress,
    bundle: { readonly invitation: string; readonly bytes: number; open(): AsyncIterable<Uint8Array> },
  ): Promise<unknown>;
}
