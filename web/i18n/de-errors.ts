/** The error catalogue. Part of the German catalogue. */
import type { ErrorCode } from '../../src/contract/errors.ts';

interface Words {
  readonly message: string;
  readonly hint: string;
}

export const errors = {
  HOME_TURN_NOT_OFFERED: {
    message: 'Die aktive Drehung in Beugung wird zu Hause nicht angeboten.',
    hint: 'Sie braucht einen Ausgangswert dieser Person, so in der Praxis gemessen, und eine Einladung, die sie erlaubt.',
  },
  VISIT_NOT_READY: {
    message: 'Jetzt darf noch kein Test beginnen.',
    hint: 'Gehen Sie die Sicherheitsfragen und die Fragen zu heute durch und geben Sie Ihr Urteil zum letzten Test ab.',
  },
  VISIT_ENDED: {
    message: 'Die Tests dieses Termins sind beendet: Schwindel oder ein neurologisches Zeichen wurde angegeben.',
    hint: 'Heute kein weiterer Test. Folgen Sie den Schritten auf der Seite; was gemessen wurde, bleibt erhalten.',
  },
  DEGREES_WITHHELD: {
    message:
      'Ein offener Termin wartet noch auf das Urteil der untersuchenden Person, und das hier würde seine Gradzahlen zeigen.',
    hint: 'Geben Sie das Urteil auf der Seite ein, oder wählen Sie dort „Gradzahlen ohne Urteil zeigen“; dann noch einmal.',
  },
  RADIO_NOT_INSTALLED: {
    message: 'Der Bluetooth-Teil ist nicht installiert.',
    hint: 'Installieren Sie einen C++-Compiler, make und python3, löschen Sie den Ordner node_modules und starten Sie „npm start“ erneut; oder nehmen Sie das simulierte Stirnband.',
  },
  RADIO_NO_ADAPTER: {
    message: 'Dieser Computer hat keinen nutzbaren Bluetooth-Adapter.',
    hint: 'Stecken Sie einen Bluetooth-Adapter ein oder schalten Sie ihn ein: Er wird sofort verwendet. Das simulierte Stirnband geht auch ohne.',
  },
  RADIO_NOT_PERMITTED: {
    message: 'Das Programm darf den Bluetooth-Adapter nicht verwenden.',
    hint: 'Erteilen Sie CAP_NET_RAW (Linux) oder die Bluetooth-Berechtigung (macOS), siehe docs/bluetooth.md.',
  },
  RADIO_OFF: { message: 'Bluetooth ist ausgeschaltet.', hint: 'Schalten Sie Bluetooth ein.' },
  RADIO_DIED: {
    message: 'Der Bluetooth-Prozess wurde beendet.',
    hint: 'Er wird neu gestartet; der Sensor verbindet sich von selbst wieder.',
  },
  ADAPTER_IN_USE: {
    message: 'Ein anderes Gateway verwendet diesen Bluetooth-Adapter.',
    hint: 'Beenden Sie das andere: Der Adapter wird dann binnen Sekunden übernommen. Oder geben Sie diesem einen anderen Adapter, siehe docs/bluetooth.md.',
  },
  BROWSER_UNSUPPORTED: {
    message: 'Dieser Browser kann nicht mit einem Stirnband sprechen.',
    hint: 'Öffnen Sie dieselbe Seite in Chrome oder Edge, auf einem Computer oder einem Android-Gerät. Firefox und Safari haben kein Bluetooth für Seiten.',
  },
  PAGE_INSECURE: {
    message: 'Die Seite wurde nicht über eine sichere Verbindung geöffnet.',
    hint: 'Öffnen Sie sie mit der Adresse, die mit https:// beginnt, so wie sie auf dem Blatt der Praxis steht.',
  },
  BLUETOOTH_NOT_READY: {
    message: 'Bluetooth ist ausgeschaltet, oder dieses Gerät hat keines.',
    hint: 'Schalten Sie Bluetooth in den Einstellungen des Geräts ein; die Seite macht von selbst weiter.',
  },
  BLUETOOTH_REFUSED: {
    message: 'Diese Seite darf Bluetooth nicht verwenden.',
    hint: 'Erlauben Sie Bluetooth für diese Seite: Drücken Sie auf das Zeichen links neben der Adresse und versuchen Sie es erneut.',
  },
  SENSOR_NOT_CHOSEN: {
    message: 'Es wurde kein Stirnband gewählt.',
    hint: 'Drücken Sie den Knopf noch einmal und wählen Sie das Stirnband in der Liste. Fehlt es dort, schalten Sie es ein und bringen Sie es näher heran.',
  },
  SENSOR_NOT_FOUND: {
    message: 'Dieser Sensor ist nicht in Reichweite.',
    hint: 'Schalten Sie das Stirnband ein, bringen Sie es näher heran und suchen Sie erneut.',
  },
  SENSOR_UNSUPPORTED: {
    message: 'Dieses Gerät ist kein unterstütztes Stirnband.',
    hint: 'Die unterstützten Geräte stehen in der Dokumentation.',
  },
  SENSOR_BUSY: { message: 'Dieser Sensor ist bereits verbunden.', hint: 'Trennen Sie ihn zuerst.' },
  LINK_TIMEOUT: {
    message: 'Der Sensor hat nicht rechtzeitig geantwortet.',
    hint: 'Bringen Sie ihn näher heran oder schalten Sie ihn aus und ein; versuchen Sie es dann erneut.',
  },
  LINK_LOST: {
    message: 'Die Verbindung zum Sensor ist abgebrochen.',
    hint: 'Sie kommt von selbst zurück, sobald der Sensor in Reichweite ist.',
  },
  ATT_ERROR: {
    message: 'Der Sensor hat einen Befehl abgelehnt.',
    hint: 'Schalten Sie den Sensor aus und ein; bleibt es dabei, passt seine Firmware nicht zur Spezifikation.',
  },
  STREAM_REFUSED: {
    message: 'Der Sensor hat seine Messung nicht begonnen.',
    hint: 'Schalten Sie den Sensor aus und ein und verbinden Sie ihn erneut.',
  },
  BATTERY_LOW: {
    message: 'Der Akku eines Sensors ist fast leer.',
    hint: 'Laden Sie ihn vor dem nächsten Termin; was bis dahin aufgezeichnet wird, bleibt erhalten.',
  },
  CANNOT_IDENTIFY: {
    message: 'Dieser Sensor hat weder Licht noch Ton, um sich zu zeigen.',
    hint: 'Bewegen Sie ihn von Hand und sehen Sie, welcher Sensor der Liste sich bewegt.',
  },
  STORE_UNAVAILABLE: {
    message: 'Die Datenbank lässt sich nicht öffnen.',
    hint: 'Prüfen Sie, ob der Datenordner vorhanden, beschreibbar und nicht voll ist.',
  },
  STORE_FULL: {
    message: 'Der Speicherplatz ist voll; neue Daten können nicht behalten werden.',
    hint: 'Schaffen Sie Platz. Was zuvor bestätigt wurde, ist sicher.',
  },
  STORE_LOCKED: {
    message: 'Ein anderes Gateway verwendet diese Datenbank.',
    hint: 'Beenden Sie das andere oder wählen Sie mit --data einen anderen Datenordner.',
  },
  STORE_CORRUPT: {
    message: 'Ein Teil der Aufzeichnungen ist beschädigt: Er passt nicht zu seiner Prüfsumme.',
    hint: 'Spielen Sie die letzte Sicherung ein; die übrigen Abschnitte sind weiter lesbar.',
  },
  STORE_NOT_OURS: {
    message: 'Die Datei der Aufzeichnungen ist keine Datenbank.',
    hint: 'Sie wurde überschrieben oder durch eine andere Datei ersetzt: zur Seite legen und die letzte Sicherung einspielen.',
  },
  DATABASE_URL_INVALID: {
    message: 'DATABASE_URL ist keine Adresse einer PostgreSQL-Datenbank.',
    hint: 'Als postgres://user:password@host:5432/database schreiben oder weglassen; dann wird in eine Datei geschrieben.',
  },
  DATABASE_UNREACHABLE: {
    message: 'Der PostgreSQL-Server antwortet nicht.',
    hint: 'Starten Sie ihn, oder berichtigen Sie Rechner und Port in DATABASE_URL.',
  },
  DATABASE_REFUSED: {
    message: 'Der PostgreSQL-Server lässt das System nicht hinein.',
    hint: 'Berichtigen Sie Benutzer und Passwort in DATABASE_URL und was der Server in pg_hba.conf erlaubt.',
  },
  DATABASE_MISSING: {
    message: 'Der PostgreSQL-Server hat keine Datenbank dieses Namens.',
    hint: 'Legen Sie sie mit "createdb NAME" an, oder berichtigen Sie den Namen in DATABASE_URL.',
  },
  NOT_FOUND: {
    message: 'Diesen Eintrag gibt es nicht.',
    hint: 'Gehen Sie zurück zur Liste und wählen Sie einen vorhandenen.',
  },
  BAD_REQUEST: {
    message: 'Die Anfrage ist nicht gültig.',
    hint: 'Berichtigen Sie das genannte Feld und senden Sie sie erneut.',
  },
  BAD_FILE: {
    message: 'Die Datei ist nicht die erwartete.',
    hint: 'Prüfen Sie den Dateinamen und das Format.',
  },
  BAD_COLUMN_MAP: {
    message: 'Die Spaltenzuordnung ist nicht verwendbar.',
    hint: 'Berichtigen Sie das Genannte; docs/csv.md enthält ein Beispiel und die Namen aller Spalten.',
  },
  INVALID_DATA_FILE: {
    message: 'Die Datei hält ihr Schema nicht ein.',
    hint: 'Berichtigen Sie die genannten Zeilen und Spalten und rufen Sie „npm run -s cli -- validate DATEI“ erneut auf.',
  },
  ARCHIVE_DAMAGED: {
    message: 'Das Archiv ist beschädigt oder keines von diesem Kit; es wurde nichts daraus übernommen.',
    hint: 'Erstellen Sie das Archiv dort erneut, wo die Daten liegen, und vergleichen Sie den ausgegebenen SHA-256-Wert.',
  },
  NO_RESULTS: {
    message: 'Es gibt nichts zu berichten: Kein Test dieser Sitzung kam zu einem Ergebnis.',
    hint: 'Zuerst einen Test abschließen; was aufgezeichnet wurde, bleibt erhalten und steht auf der Seite der Sitzung.',
  },
  NOTHING_SELECTED: {
    message: 'Es wurde nicht gesagt, was exportiert werden soll.',
    hint: 'Nennen Sie einen Patientencode, eine Sitzung oder einen Zeitraum, oder geben Sie --all an.',
  },
  BAD_FLAG: {
    message: 'Eine Option der Befehlszeile ist nicht gültig.',
    hint: 'Rufen Sie „npm run -s cli -- help“ auf; dort stehen alle.',
  },
  SCORE_REFUSED: {
    message: 'Diesen Wert kann der Bogen nicht ergeben.',
    hint: 'Vergleichen Sie die Eingabe mit dem Bogen: wie viele Antworten er hat und zwischen welchen Werten jede liegt.',
  },
  SCORE_NOT_DUE: {
    message: 'Dieser Fragebogen wurde erst vor Kurzem beantwortet: Dieselben Tage würden doppelt zählen.',
    hint: 'Stellen Sie ihn erneut, wenn der Zeitraum, auf den er zurückblickt, vergangen ist.',
  },
  WRONG_STATE: {
    message: 'Das ist im Moment nicht möglich.',
    hint: 'Beenden Sie zuerst den laufenden Schritt.',
  },
  NO_SENSOR: { message: 'Es ist kein Kopfsensor verbunden.', hint: 'Wählen Sie zuerst einen Sensor.' },
  SENSOR_NOT_PROVEN: {
    message: 'Was dieser Sensor sendet, widerspricht sich; damit ist kein Test möglich.',
    hint: 'Die Live-Ansicht läuft weiter. Schalten Sie den Sensor aus und ein und verbinden Sie ihn erneut; bleibt es dabei, nehmen Sie einen anderen.',
  },
  SENSOR_CHECK_FAILED: {
    message: 'Die Prüfung des Sensors vor dem Gebrauch ist nicht bestanden.',
    hint: 'Legen Sie ihn hin, lassen Sie ihn ruhig liegen und versuchen Sie es erneut; „record --anyway“ zeichnet trotzdem auf.',
  },
  NOT_ALIGNED: {
    message: 'Das Stirnband ist noch nicht auf den Kopf ausgerichtet.',
    hint: 'Richten Sie es zuerst aus: still sitzen, nicken, nach links drehen.',
  },
  PORT_IN_USE: {
    message: 'Der Netzwerk-Port ist belegt.',
    hint: 'Beenden Sie das andere Programm oder wählen Sie mit --port einen anderen.',
  },
  VIRTUAL_RADIO_UNAVAILABLE: {
    message: 'Der virtuelle Funk ist hier nicht verfügbar.',
    hint: 'Unter Debian: apt-get install bluez-test-tools und ein C-Compiler.',
  },
  FORBIDDEN_HOST: {
    message: 'Die Anfrage kam unter einem Rechnernamen, der nicht erlaubt ist.',
    hint: 'Öffnen Sie die Seite unter der Adresse, die beim Start ausgegeben wurde.',
  },
  NOT_SIGNED_IN: { message: 'Hier ist niemand angemeldet.', hint: 'Melden Sie sich an und versuchen Sie es erneut.' },
  SIGN_IN_REFUSED: {
    message: 'Anmeldename oder Passwort stimmen nicht.',
    hint: 'Prüfen Sie beides und versuchen Sie es erneut; die Verwaltung kann ein neues Passwort setzen.',
  },
  PAGE_LOCKED: {
    message: 'Diese Seite ist gesperrt.',
    hint: 'Geben Sie Ihr Passwort ein, um fortzufahren; nichts wurde unterbrochen.',
  },
  NOT_ALLOWED: {
    message: 'Ihr Konto darf das nicht.',
    hint: 'Wenden Sie sich an die Verwaltung oder melden Sie sich mit einem anderen Konto an.',
  },
  TOO_MANY_TRIES: {
    message: 'Das wurde zu oft versucht.',
    hint: 'Warten Sie ein wenig und versuchen Sie es dann erneut.',
  },
  FIRST_START_CODE: {
    message: 'Der Code des ersten Starts stimmt nicht.',
    hint: 'Kopieren Sie ihn aus dem Fenster, in dem das Gateway gestartet wurde.',
  },
  FIRST_START_DONE: {
    message: 'Das Verwaltungskonto dieses Gateways gibt es schon.',
    hint: 'Melden Sie sich an; „npm run -s cli -- users reset“ setzt ein neues Passwort.',
  },
  PASSWORD_WEAK: {
    message: 'Dieses Passwort ist zu leicht zu erraten.',
    hint: 'Nehmen Sie mindestens zwölf Zeichen, die weder ein Name noch eine Tastenreihe noch ein wiederholtes Zeichen sind.',
  },
  ACCOUNT_EXISTS: {
    message: 'Ein Konto dieses Namens gibt es schon.',
    hint: 'Wählen Sie einen anderen Anmeldenamen.',
  },
  LAST_ADMINISTRATOR: {
    message: 'Damit gäbe es kein Verwaltungskonto mehr.',
    hint: 'Machen Sie zuerst ein anderes Konto zum Verwaltungskonto.',
  },
  AUDIT_BROKEN: {
    message: 'Das Protokoll ist nicht in sich schlüssig: Eine Zeile wurde geändert oder fehlt.',
    hint: 'Lassen Sie die Datenbank, wie sie ist, und vergleichen Sie sie mit der letzten Sicherung.',
  },
  TLS_NEEDED: {
    message: 'Andere Computer werden nur über TLS bedient, und erst wenn es ein Verwaltungskonto gibt.',
    hint: 'Starten Sie zuerst auf diesem Computer und rufen Sie „npm run -s cli -- tls setup“ auf; siehe docs/security.md.',
  },
  TLS_BAD_FILE: {
    message: 'Das Zertifikat oder sein Schlüssel ist nicht verwendbar.',
    hint: 'Geben Sie mit --tls-cert und --tls-key ein PEM-Zertifikat und dessen PEM-Schlüssel an, oder rufen Sie „tls setup“ erneut auf.',
  },
  INVITATION_INVALID: {
    message: 'Das ist keine Einladung, die sich lesen lässt.',
    hint: 'Übernehmen Sie den ganzen Link, oder die Adresse und alle Zeichen des Codes, vom Blatt der Praxis.',
  },
  INVITATION_UNKNOWN: {
    message: 'Die Praxis kennt diese Einladung nicht.',
    hint: 'Prüfen Sie den Code oder bitten Sie die Praxis um eine neue Einladung.',
  },
  INVITATION_USED: {
    message: 'Diese Einladung wurde schon benutzt: Jede gilt für ein Gerät, einmal.',
    hint: 'Bitten Sie die Praxis um eine neue Einladung.',
  },
  INVITATION_EXPIRED: {
    message: 'Die Zeit dieser Einladung ist abgelaufen.',
    hint: 'Bitten Sie die Praxis um eine neue Einladung.',
  },
  CLINIC_UNREACHABLE: {
    message: 'Die Praxis ist im Moment nicht erreichbar.',
    hint: 'Nichts ist verloren: Es wird von selbst erneut versucht.',
  },
  CLINIC_UNTRUSTED: {
    message: 'Unter dieser Adresse antwortet nicht die Praxis, von der die Einladung ist.',
    hint: 'Es wurde nichts gesendet. Bitten Sie die Praxis um eine neue Einladung.',
  },
  NOT_ENROLLED: {
    message: 'Dieses Gerät wurde von keiner Praxis eingeladen.',
    hint: 'Geben Sie zuerst die Einladung der Praxis ein.',
  },
  BUNDLE_DAMAGED: {
    message: 'Das Paket ist beschädigt oder wurde verändert; nichts wurde daraus übernommen.',
    hint: 'Es muss zu Hause neu erstellt und gesendet werden.',
  },
  BUNDLE_STRANGER: {
    message: 'Das Paket kommt von jemandem, der nicht eingeladen wurde.',
    hint: 'Erstellen Sie eine Einladung für die Person und melden Sie das Gerät zu Hause damit an.',
  },
  BUNDLE_NOT_FOR_US: {
    message: 'Das Paket ist für eine andere Praxis.',
    hint: 'Bringen Sie es zu der Praxis, von der die Einladung ist.',
  },
  BUNDLE_EXPIRED: {
    message: 'Die Zeit, in der von diesem Gerät Pakete angenommen werden, ist vorbei.',
    hint: 'Erstellen Sie eine neue Einladung; die Messung liegt noch auf dem Gerät zu Hause und kann dann gesendet werden.',
  },
  BUNDLE_OTHER_SUBJECT: {
    message: 'Das Paket gehört zu einer anderen Person als die Einladung.',
    hint: 'Es wurde nichts übernommen. Klären Sie, wem das Gerät gehört, bevor erneut gesendet wird.',
  },
  BUNDLE_TOO_LARGE: {
    message: 'Das Paket ist größer, als eine Messung sein kann.',
    hint: 'Es wurde nichts übernommen. Es wird eine Messung nach der anderen gesendet; die Grenze steht in docs/transfer.md.',
  },
  BUNDLE_CONFLICT: {
    message: 'Eine Messung mit dieser Kennung ist schon hier, mit anderem Inhalt.',
    hint: 'Es wurde nichts geändert. Sehen Sie sich die vorhandene Messung an, bevor erneut gesendet wird.',
  },
  INTERNAL: {
    message: 'Im Kit ist etwas schiefgegangen.',
    hint: 'Aufgezeichnete Daten sind sicher. Bitte melden Sie dies zusammen mit dem Protokoll.',
  },
} satisfies Readonly<Record<ErrorCode, Words>> as Readonly<Record<string, Words>>;
