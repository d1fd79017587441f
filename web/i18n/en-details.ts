/**
 * What the gateway adds in brackets to an error, and what it says of a sensor: the sentences that people meet. The key
 * is the gateway's own text, which is English. Part of the English catalogue.
 */

const DETAILS = [
  'a test is running',
  'a test is running; stop it before disconnecting',
  'no test is running',
  'the alignment is running',
  'the alignment of the trunk is running',
  'no samples are coming from the trunk',
  'no alignment is running',
  'a calibration is running',
  'no calibration is running',
  'the sensor check is running',
  'a session is open already',
  'no session is open',
  'no session is open: enter a subject code and start one',
  'no samples are coming',
  'the sensor went silent',
  'the link ended while it was being set up',
  'another connection took all the time',
  'the adapter is being reset',
  'connecting',
  'this sensor does not say which unit it is',
  'this sensor sends no rates and forces: there is nothing to calibrate',
  'this board has no sensor fusion',
  'its status cannot be read',
  'it is recording into its own memory; end that first',
  'the kit does not know how to make it show itself',
  'nobody is signed in',
  'another subject',
  'too few different characters',
  'it contains the login name',
  'it is one of the words that are tried first',
  'it is a row of keys',
  'a value that the form does not have',
  'another number of items than the form has',
  'whole numbers only',
  'a total that no answers give',
  'of this form the items, not the total',
  'of this form the total alone',
  'stages in order, from 22 mmHg on',
  'at most ten holds a stage',
  'an episode is open already',
  'there is no open episode',
  'that day is still to come',
  'that time is still to come',
  'It was left out at the start (--no-radio).',
  'The demonstration uses no Bluetooth.',
] as const;

export type Detail = (typeof DETAILS)[number];

export const details = Object.fromEntries(DETAILS.map((detail) => [detail, detail])) as Readonly<
  Record<string, string>
>;
