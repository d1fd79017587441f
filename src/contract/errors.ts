/** The error catalogue: every coded error that leaves the kit, with what happened and what to do next. */

export const ERRORS = {
  RADIO_NOT_INSTALLED: {
    status: 503,
    message: 'The Bluetooth part is not installed.',
    hint: 'Install a C++ compiler, make and python3, delete the folder node_modules and run "npm start" again; or use the simulated headband.',
  },
  RADIO_NO_ADAPTER: {
    status: 503,
    message: 'This computer has no Bluetooth adapter that can be used.',
    hint: 'Plug in a Bluetooth adapter or switch it on: it is taken at once. The simulated headband works without one.',
  },
  RADIO_NOT_PERMITTED: {
    status: 503,
    message: 'The program may not use the Bluetooth adapter.',
    hint: 'Grant CAP_NET_RAW (Linux) or the Bluetooth permission (macOS), see docs/bluetooth.md.',
  },
  RADIO_OFF: { status: 503, message: 'Bluetooth is switched off.', hint: 'Switch Bluetooth on.' },
  RADIO_DIED: {
    status: 503,
    message: 'The Bluetooth process ended.',
    hint: 'It is being restarted; the sensor reconnects by itself.',
  },
  ADAPTER_IN_USE: {
    status: 503,
    message: 'Another gateway uses this Bluetooth adapter.',
    hint: 'Stop the other one: the adapter is then taken within seconds. Or give this one another adapter, see docs/bluetooth.md.',
  },
  BROWSER_UNSUPPORTED: {
    status: 501,
    message: 'This browser cannot talk to a headband.',
    hint: 'Open the same page in Chrome or Edge, on a computer or an Android device. Firefox and Safari have no Bluetooth for pages.',
  },
  PAGE_INSECURE: {
    status: 403,
    message: 'The page was not opened over a secure connection.',
    hint: 'Open it with the address that begins with https://, as it is on the sheet of the clinic.',
  },
  BLUETOOTH_NOT_READY: {
    status: 503,
    message: 'Bluetooth is switched off, or this device has none.',
    hint: 'Switch Bluetooth on in the settings of the device; the page goes on by itself.',
  },
  BLUETOOTH_REFUSED: {
    status: 403,
    message: 'This page may not use Bluetooth.',
    hint: 'Allow Bluetooth for this page: press the sign to the left of the address, then try again.',
  },
  SENSOR_NOT_CHOSEN: {
    status: 404,
    message: 'No headband was chosen.',
    hint: 'Press the button again and choose the headband in the list. If it is not there, switch it on and bring it closer.',
  },
  SENSOR_NOT_FOUND: {
    status: 404,
    message: 'That sensor is not in sight.',
    hint: 'Switch the headband on, bring it closer, and search again.',
  },
  SENSOR_UNSUPPORTED: {
    status: 422,
    message: 'This device is not a supported headband.',
    hint: 'See the list of supported devices in the documentation.',
  },
  SENSOR_BUSY: { status: 409, message: 'This sensor is connected already.', hint: 'Disconnect it first.' },
  LINK_TIMEOUT: {
    status: 504,
    message: 'The sensor did not answer in time.',
    hint: 'Bring it closer or switch it off and on, then try again.',
  },
  LINK_LOST: {
    status: 502,
    message: 'The link to the sensor was lost.',
    hint: 'It reconnects by itself when the sensor is in range.',
  },
  ATT_ERROR: {
    status: 502,
    message: 'The sensor refused a command.',
    hint: 'Switch the sensor off and on; if it stays so, its firmware does not match the specification.',
  },
  STREAM_REFUSED: {
    status: 502,
    message: 'The sensor would not start its stream.',
    hint: 'Switch the sensor off and on, then connect again.',
  },
  BATTERY_LOW: {
    status: 409,
    message: 'The battery of a sensor is nearly empty.',
    hint: 'Charge it before the next visit; what is recorded until it ends is kept.',
  },
  CANNOT_IDENTIFY: {
    status: 409,
    message: 'This sensor has no light and no sound to show which one it is.',
    hint: 'Move it by hand and watch which sensor in the list moves.',
  },
  STORE_UNAVAILABLE: {
    status: 503,
    message: 'The database cannot be opened.',
    hint: 'Check that the data folder exists, is writable and not full.',
  },
  STORE_FULL: {
    status: 507,
    message: 'The disk is full; new data cannot be kept.',
    hint: 'Free some space. What was acknowledged before is safe.',
  },
  STORE_LOCKED: {
    status: 503,
    message: 'Another gateway uses this database.',
    hint: 'Stop the other one or choose another data folder with --data.',
  },
  STORE_CORRUPT: {
    status: 500,
    message: 'A part of the records is damaged: it does not match its checksum.',
    hint: 'Restore the last backup; the other parts can still be read.',
  },
  STORE_NOT_OURS: {
    status: 503,
    message: 'The file of the records is not a database.',
    hint: 'It was overwritten, or another file was put in its place: move it away and restore the last backup.',
  },
  DATABASE_URL_INVALID: {
    status: 503,
    message: 'DATABASE_URL is not the address of a PostgreSQL database.',
    hint: 'Write it as postgres://user:password@host:5432/database, or unset it to keep records in a file.',
  },
  DATABASE_UNREACHABLE: {
    status: 503,
    message: 'The PostgreSQL server does not answer.',
    hint: 'Start it, or correct host and port in DATABASE_URL.',
  },
  DATABASE_REFUSED: {
    status: 503,
    message: 'The PostgreSQL server does not let the kit in.',
    hint: 'Correct user and password in DATABASE_URL, and what the server allows in pg_hba.conf.',
  },
  DATABASE_MISSING: {
    status: 503,
    message: 'The PostgreSQL server has no database of this name.',
    hint: 'Make it with "createdb NAME", or correct the name in DATABASE_URL.',
  },
  NOT_FOUND: {
    status: 404,
    message: 'There is no such record.',
    hint: 'Go back to the list and choose one that exists.',
  },
  BAD_REQUEST: {
    status: 400,
    message: 'The request is not valid.',
    hint: 'Correct the named field and send it again.',
  },
  BAD_FILE: { status: 422, message: 'The file cannot be used.', hint: 'Check the file name and its format.' },
  BAD_COLUMN_MAP: {
    status: 422,
    message: 'The column map cannot be used.',
    hint: 'Correct what is named; docs/csv.md has an example and the names of all columns.',
  },
  INVALID_DATA_FILE: {
    status: 422,
    message: 'The file does not keep to its schema.',
    hint: 'Correct the rows and columns that are named, then run "npm run -s cli -- validate FILE" again.',
  },
  ARCHIVE_DAMAGED: {
    status: 422,
    message: 'The archive is damaged or not one of ours; nothing was taken from it.',
    hint: 'Make the archive again where the data is, and compare the SHA-256 that was printed.',
  },
  NO_RESULTS: {
    status: 409,
    message: 'There is nothing to report: no test of this session came to a result.',
    hint: 'Finish a test first; what was recorded is kept, and the session page shows it.',
  },
  NOTHING_SELECTED: {
    status: 400,
    message: 'It was not said what to export.',
    hint: 'Name a subject, a session or a time span, or say --all.',
  },
  BAD_FLAG: {
    status: 400,
    message: 'A command-line option is not valid.',
    hint: 'Run "npm run -s cli -- help" for the list.',
  },
  SCORE_REFUSED: {
    status: 400,
    message: 'The form cannot give this score.',
    hint: 'Compare what was typed with the form: how many answers it has, and between which values each of them lies.',
  },
  SCORE_NOT_DUE: {
    status: 409,
    message: 'This questionnaire was answered too recently: it would count the same days twice.',
    hint: 'Ask it again when the time that it looks back on has passed.',
  },
  WRONG_STATE: {
    status: 409,
    message: 'That is not possible at this moment.',
    hint: 'Finish or stop the current step first.',
  },
  NO_SENSOR: { status: 409, message: 'No head sensor is connected.', hint: 'Choose a sensor first.' },
  SENSOR_NOT_PROVEN: {
    status: 409,
    message: 'What this sensor sends contradicts itself; no test can be made with it.',
    hint: 'The live view goes on. Switch the sensor off and on and connect again; if it stays so, use another one.',
  },
  VISIT_NOT_READY: {
    status: 409,
    message: 'No test may start yet.',
    hint: 'Go through the safety screen and the questions before the tests, and enter the call on the last one.',
  },
  VISIT_ENDED: {
    status: 409,
    message: 'The tests of this visit have ended: dizziness or a neurological sign was told.',
    hint: 'No further test today. Follow what the page shows; what was measured is kept.',
  },
  DEGREES_WITHHELD: {
    status: 409,
    message: "An open visit still waits for the examiner's call, and this would show its degrees.",
    hint: 'Enter the call on the page, or choose "Show the degrees without a call" there; then do it again.',
  },
  SENSOR_CHECK_FAILED: {
    status: 409,
    message: 'The check of the sensor before use failed.',
    hint: 'Lay it down, leave it still and try again; "record --anyway" records nevertheless and keeps the check.',
  },
  NOT_ALIGNED: {
    status: 409,
    message: 'The headband is not aligned to the head yet.',
    hint: 'Do the alignment first: sit still, nod, turn left.',
  },
  PORT_IN_USE: {
    status: 503,
    message: 'The network port is taken.',
    hint: 'Stop the other program or choose another port with --port.',
  },
  VIRTUAL_RADIO_UNAVAILABLE: {
    status: 503,
    message: 'The virtual radio is not available here.',
    hint: 'On Debian: apt-get install bluez-test-tools, and a C compiler.',
  },
  FORBIDDEN_HOST: {
    status: 403,
    message: 'The request came under a host name that is not allowed.',
    hint: 'Open the dashboard under the address printed at start.',
  },
  NOT_SIGNED_IN: {
    status: 401,
    message: 'Nobody is signed in here.',
    hint: 'Sign in and try again.',
  },
  SIGN_IN_REFUSED: {
    status: 401,
    message: 'The login name or the password is not right.',
    hint: 'Check both and try again; an administrator can set a new password.',
  },
  PAGE_LOCKED: {
    status: 423,
    message: 'This page is locked.',
    hint: 'Type your password to go on; nothing was interrupted.',
  },
  HOME_TURN_NOT_OFFERED: {
    status: 409,
    message: 'The active turn in flexion is not offered at home.',
    hint: 'It takes a baseline of this person, done this way in the clinic, and an invitation that allows it.',
  },
  NOT_ALLOWED: {
    status: 403,
    message: 'Your account may not do that.',
    hint: 'Ask an administrator, or sign in with another account.',
  },
  TOO_MANY_TRIES: {
    status: 429,
    message: 'That was tried too often.',
    hint: 'Wait a little, then try again.',
  },
  FIRST_START_CODE: {
    status: 401,
    message: 'The code of the first start is not right.',
    hint: 'Copy it from the window in which the gateway was started.',
  },
  FIRST_START_DONE: {
    status: 409,
    message: 'The administrator of this gateway exists already.',
    hint: 'Sign in; "npm run -s cli -- users reset" sets a new password.',
  },
  PASSWORD_WEAK: {
    status: 422,
    message: 'This password is too easy to guess.',
    hint: 'Take at least twelve characters that are not a name, a row of keys or one character repeated.',
  },
  ACCOUNT_EXISTS: {
    status: 409,
    message: 'There is an account of this name already.',
    hint: 'Choose another login name.',
  },
  LAST_ADMINISTRATOR: {
    status: 409,
    message: 'That would leave no administrator.',
    hint: 'Make another account an administrator first.',
  },
  AUDIT_BROKEN: {
    status: 500,
    message: 'The audit does not follow from itself: a row was changed or is missing.',
    hint: 'Keep the database as it is and compare it with the last backup.',
  },
  TLS_NEEDED: {
    status: 400,
    message: 'Other computers are served over TLS only, and only once an administrator exists.',
    hint: 'Start on this computer first, then run "npm run -s cli -- tls setup"; see docs/security.md.',
  },
  TLS_BAD_FILE: {
    status: 400,
    message: 'The certificate or its key cannot be used.',
    hint: 'Give a PEM certificate and its own PEM key with --tls-cert and --tls-key, or run "tls setup" again.',
  },
  INVITATION_INVALID: {
    status: 422,
    message: 'This is not an invitation that can be read.',
    hint: 'Copy the whole link, or the address and all characters of the code, from the sheet of the clinic.',
  },
  INVITATION_UNKNOWN: {
    status: 404,
    message: 'The clinic does not know this invitation.',
    hint: 'Check the code, or ask the clinic for a new invitation.',
  },
  INVITATION_USED: {
    status: 409,
    message: 'This invitation was used already: each is for one device, once.',
    hint: 'Ask the clinic for a new invitation.',
  },
  INVITATION_EXPIRED: {
    status: 410,
    message: 'The time of this invitation is over.',
    hint: 'Ask the clinic for a new invitation.',
  },
  CLINIC_UNREACHABLE: {
    status: 502,
    message: 'The clinic cannot be reached at the moment.',
    hint: 'Nothing is lost: it is tried again by itself.',
  },
  CLINIC_UNTRUSTED: {
    status: 502,
    message: 'What answers at this address is not the clinic that made the invitation.',
    hint: 'Nothing was sent. Ask the clinic for a new invitation.',
  },
  NOT_ENROLLED: {
    status: 409,
    message: 'This device was not invited by a clinic.',
    hint: 'Enter the invitation of the clinic first.',
  },
  BUNDLE_DAMAGED: {
    status: 422,
    message: 'The bundle is damaged or was changed; nothing was taken from it.',
    hint: 'It has to be made and sent again from home.',
  },
  BUNDLE_STRANGER: {
    status: 403,
    message: 'The bundle comes from somebody who was not invited.',
    hint: 'Make an invitation for the subject and enrol the device at home with it.',
  },
  BUNDLE_NOT_FOR_US: {
    status: 422,
    message: 'The bundle is for another clinic.',
    hint: 'Bring it to the clinic that made the invitation.',
  },
  BUNDLE_EXPIRED: {
    status: 410,
    message: 'The time in which bundles were taken from this device is over.',
    hint: 'Make a new invitation; the visit is still on the device at home and can be sent then.',
  },
  BUNDLE_OTHER_SUBJECT: {
    status: 422,
    message: 'The bundle holds another subject than its invitation is for.',
    hint: 'Nothing was taken. Find out whose device it is before anything is sent again.',
  },
  BUNDLE_TOO_LARGE: {
    status: 413,
    message: 'The bundle is larger than one visit can be.',
    hint: 'Nothing was taken. One visit is sent at a time; see docs/transfer.md for the limit.',
  },
  BUNDLE_CONFLICT: {
    status: 409,
    message: 'A visit of this id is here already, with other content.',
    hint: 'Nothing was changed. Look at the visit that is here before anything is sent again.',
  },
  INTERNAL: {
    status: 500,
    message: 'Something went wrong inside the kit.',
    hint: 'Recorded data is safe. Please report this with the log.',
  },
} as const satisfies Record<string, { status: number; message: string; hint: string }>;

export type ErrorCode = keyof typeof ERRORS;

export interface KitErrorOptions extends ErrorOptions {
  /** What to do next, where that of the catalogue does not fit the case. */
  readonly hint?: string;
}

/** A broken world, told with a stable code, what happened and what to do next. */
export class KitError extends Error {
  override readonly name = 'KitError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly detail: string | null;

  constructor(code: ErrorCode, detail: string | null = null, options?: KitErrorOptions) {
    super(detail ? `${ERRORS[code].message} (${detail})` : ERRORS[code].message, options);
    this.code = code;
    this.hint = options?.hint ?? ERRORS[code].hint;
    this.detail = detail;
  }
}
