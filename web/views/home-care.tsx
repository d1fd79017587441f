/** The clinic's page of what happens at home: invitations made and taken back, and what came in with both numbers. */
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { z } from 'zod';
import {
  type InvitationView,
  invitationViewSchema,
  type MadeInvitation,
  madeInvitationSchema,
  type ReceivedBundleView,
  receivedBundleViewSchema,
} from '../../src/contract/transfer.ts';
import { formatDate, formatDateTime, formatOne, language, nameOfLanguage, t } from '../i18n/index.ts';
import { api } from '../state/api.ts';
import type { Problem } from '../state/store.ts';
import { LoadFailed } from '../ui/load-failed.tsx';
import { SafetyYes } from '../ui/safety-yes.tsx';
import { ViewHead } from '../ui/view-head.tsx';

const words = t.home.clinic;
const invitations = signal<readonly InvitationView[]>([]);
const received = signal<readonly ReceivedBundleView[]>([]);
const failed = signal<Problem | null>(null);
const made = signal<MadeInvitation | null>(null);

async function load(): Promise<void> {
  const [given, came] = await Promise.all([
    api('GET', '/invitations', z.array(invitationViewSchema)),
    api('GET', '/transfer/received', z.array(receivedBundleViewSchema)),
  ]);
  failed.value = given.ok ? (came.ok ? null : came.problem) : given.problem;
  if (given.ok) invitations.value = given.value;
  if (came.ok) received.value = came.value;
}

function stateOf({ revokedAtMs, enrolledAtMs, enrolUntilMs }: InvitationView): string {
  if (revokedAtMs !== null) return words.revoked;
  if (enrolledAtMs !== null) return words.enrolled(formatDate(enrolledAtMs));
  return enrolUntilMs < Date.now() ? words.expired : words.notUsed;
}

function Form() {
  const [subjectCode, setSubject] = useState('');
  const [clinicUrl, setUrl] = useState(location.origin);
  const [german, setGerman] = useState(language.value === 'de');
  const [showDegrees, setDegrees] = useState(false);
  const [seen, setSeen] = useState(false);
  const [flexionRotation, setFlexed] = useState(false);
  const [clinicWords, setWords] = useState('');
  return (
    <form
      class="card home-invite"
      onSubmit={(event) => {
        event.preventDefault();
        const permissions = {
          language: german ? 'de' : 'en',
          showDegrees,
          flexionRotation,
          clinicWords,
          seenPrecautions: seen ? ['pattern-changed'] : [],
        };
        void api('POST', '/invitations', madeInvitationSchema, {
          subjectCode: subjectCode.trim().toUpperCase(),
          clinicUrl,
          permissions,
        }).then((answer) => {
          failed.value = answer.ok ? null : answer.problem;
          made.value = answer.ok ? answer.value : null;
          if (answer.ok) void load();
        });
      }}
    >
      <label>
        {words.subject}
        <input required value={subjectCode} autocomplete="off" onInput={(e) => setSubject(e.currentTarget.value)} />
      </label>
      <label>
        {words.url}
        <input required value={clinicUrl} onInput={(e) => setUrl(e.currentTarget.value)} />
      </label>
      <label>
        {words.language}
        <select value={german ? 'de' : 'en'} onChange={(e) => setGerman(e.currentTarget.value === 'de')}>
          <option value="en">{nameOfLanguage('en')}</option>
          <option value="de">{nameOfLanguage('de')}</option>
        </select>
      </label>
      <label>
        {words.words}
        <input maxLength={300} value={clinicWords} onInput={(e) => setWords(e.currentTarget.value)} />
      </label>
      <label class="home-tick">
        <input type="checkbox" checked={showDegrees} onChange={(e) => setDegrees(e.currentTarget.checked)} />
        {words.degrees}
      </label>
      <label class="home-tick">
        <input type="checkbox" checked={seen} onChange={(e) => setSeen(e.currentTarget.checked)} />
        {words.seen}
      </label>
      <label class="home-tick">
        <input type="checkbox" checked={flexionRotation} onChange={(e) => setFlexed(e.currentTarget.checked)} />
        {words.flexed}
      </label>
      <button type="submit" class="button primary">
        {words.invite}
      </button>
    </form>
  );
}

function Sheet({ invitation }: { invitation: MadeInvitation }) {
  return (
    <section class="card home-sheet">
      <p>{words.made}</p>
      <img
        alt={invitation.link}
        src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(invitation.qrSvg)}`}
        width="220"
        height="220"
      />
      <dl>
        <dt>{words.code}</dt>
        <dd class="home-code">{invitation.code}</dd>
        <dt>{t.home.enrol.address}</dt>
        <dd>{invitation.clinicUrl}</dd>
      </dl>
      <p class="home-link">{invitation.link}</p>
      <p>{words.until(formatDateTime(invitation.enrolUntilMs))}</p>
      <button type="button" class="button" onClick={() => window.print()}>
        {words.print}
      </button>
    </section>
  );
}

function Received({ bundle }: { bundle: ReceivedBundleView }) {
  const { trials, screen } = bundle;
  const forbidden = screen !== null && screen.stop.length + screen.precautions.length > 0;
  return (
    <li class="card">
      <p>
        <strong>{bundle.subjectCode}</strong> ·{' '}
        <a href={`#/sessions/${bundle.sessionId}`}>{words.receivedAt(formatDateTime(bundle.receivedAtMs))}</a>
      </p>
      {trials === null && <p>{words.computing}</p>}
      {screen && <SafetyYes screen={screen} />}
      {trials?.length === 0 && <p>{forbidden ? words.noTestBySafety : words.noTest}</p>}
      {trials
        ?.filter(({ directions }) => directions.length === 0)
        .map((trial) => (
          <p key={trial.trialId}>
            {t.trial.names[trial.kind] ?? trial.kind} · {t.trial.none}
          </p>
        ))}
      {trials
        ?.filter(({ directions }) => directions.length > 0)
        .map((trial) => (
          <table key={trial.trialId} class="table">
            <caption>
              {t.trial.names[trial.kind] ?? trial.kind} · {words.outcomes[trial.outcome] ?? trial.outcome}
            </caption>
            <thead>
              <tr>
                <th scope="col">{t.trial.table.movement}</th>
                <th scope="col" class="num">
                  {words.home} ({trial.homeVersion ?? '–'})
                </th>
                <th scope="col" class="num">
                  {words.own} ({trial.clinicVersion})
                </th>
              </tr>
            </thead>
            <tbody>
              {trial.directions.map(({ direction, home, clinic }) => (
                <tr key={direction}>
                  <td>{t.trial.directions[direction] ?? direction}</td>
                  <td class="num">{home === null ? '–' : `${formatOne(home)}°`}</td>
                  <td class="num">{clinic === null ? '–' : `${formatOne(clinic)}°`}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
    </li>
  );
}

export function HomeCareView() {
  useEffect(() => {
    made.value = null;
    void load();
  }, []);
  return (
    <>
      <ViewHead title={words.title} lead={words.lead} />
      {failed.value && <LoadFailed message={failed.value.message} hint={failed.value.hint} retry={() => void load()} />}
      <div class="home-care">
        <Form />
        {made.value && <Sheet invitation={made.value} />}
      </div>
      <h2>{words.received}</h2>
      {received.value.length === 0 ? (
        <p>{words.nothing}</p>
      ) : (
        <ul class="home-received">
          {received.value.map((bundle) => (
            <Received key={bundle.bundleHash} bundle={bundle} />
          ))}
        </ul>
      )}
      <h2>{words.invitations}</h2>
      <ul class="home-received">
        {invitations.value.map((invitation) => (
          <li key={invitation.id} class="card home-invited">
            <strong>{invitation.subjectCode}</strong>
            <span>{stateOf(invitation)}</span>
            {invitation.revokedAtMs === null && (
              <button
                type="button"
                class="button"
                onClick={() =>
                  void api('DELETE', `/invitations/${invitation.id}`, invitationViewSchema).then(() => load())
                }
              >
                {words.revoke}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
