/** What the gateway adds to an error and says of a sensor. Part of the German catalogue. */
import type { Detail } from './en-details.ts';

export const details = {
  'a test is running': 'ein Test läuft',
  'a test is running; stop it before disconnecting': 'ein Test läuft; beenden Sie ihn vor dem Trennen',
  'no test is running': 'es läuft kein Test',
  'the alignment is running': 'die Ausrichtung läuft',
  'no alignment is running': 'es läuft keine Ausrichtung',
  'a calibration is running': 'eine Kalibrierung läuft',
  'no calibration is running': 'es läuft keine Kalibrierung',
  'the sensor check is running': 'die Sensorprüfung läuft',
  'a session is open already': 'eine Sitzung ist bereits geöffnet',
  'no session is open': 'keine Sitzung ist geöffnet',
  'no session is open: enter a subject code and start one':
    'keine Sitzung ist geöffnet: Patientencode eingeben und eine beginnen',
  'no samples are coming': 'es kommen keine Messwerte',
  'the sensor went silent': 'der Sensor sendet nichts mehr',
  'the link ended while it was being set up': 'die Verbindung brach beim Aufbau ab',
  'another connection took all the time': 'eine andere Verbindung brauchte die ganze Zeit',
  'the adapter is being reset': 'der Adapter wird zurückgesetzt',
  connecting: 'beim Verbinden',
  'this sensor does not say which unit it is': 'dieser Sensor nennt keine Seriennummer',
  'this sensor sends no rates and forces: there is nothing to calibrate':
    'dieser Sensor sendet keine Drehraten und Beschleunigungen: es gibt nichts zu kalibrieren',
  'this board has no sensor fusion': 'dieses Gerät hat keine Sensorfusion',
  'its status cannot be read': 'sein Zustand ist nicht lesbar',
  'it is recording into its own memory; end that first':
    'er zeichnet in den eigenen Speicher auf; beenden Sie das zuerst',
  'the kit does not know how to make it show itself': 'das Kit kann ihn nicht dazu bringen, sich zu zeigen',
  'nobody is signed in': 'niemand ist angemeldet',
  'another subject': 'ein anderer Patientencode',
  'too few different characters': 'zu wenige verschiedene Zeichen',
  'it contains the login name': 'es enthält den Anmeldenamen',
  'it is one of the words that are tried first': 'es gehört zu den Wörtern, die zuerst probiert werden',
  'it is a row of keys': 'es ist eine Tastenreihe',
  'It was left out at the start (--no-radio).': 'Beim Start ausgelassen (--no-radio).',
} satisfies Readonly<Record<Detail, string>> as Readonly<Record<string, string>>;
