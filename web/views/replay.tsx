/** A stored test on the live screens again, at any speed; with the degrees hidden it trains examiners. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { frtResultOf, type SessionDetail } from '../../src/contract/records.ts';
import type { ReplayMeta } from '../../src/contract/replay.ts';
import { visitFactsOf } from '../../src/contract/visit-facts.ts';
import { formatDeg, formatOne, t, wordFor } from '../i18n/index.ts';
import { live } from '../live/live-data.ts';
import type { StripOf } from '../live/strip-points.ts';
import { formatRoute } from '../logic/route.ts';
import { createPlayer, type Player, positionS, running, speed } from '../state/player.ts';
import { type Loaded, loadReplay, loadSession } from '../state/records.ts';
import { Head3d } from '../ui/head3d.tsx';
import { HeroAngle } from '../ui/hero-angle.tsx';
import { Icon } from '../ui/icon.tsx';
import { LiveFigure } from '../ui/live-figure.tsx';
import { LoadFailed } from '../ui/load-failed.tsx';
import { Segments } from '../ui/segments.tsx';
import { StripChartFigure } from '../ui/strip-chart.tsx';
import { ViewHead } from '../ui/view-head.tsx';

type Call = 'restricted' | 'not-restricted' | 'unsure';
const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];
/** The turn that a test of turning measures, with its own uncertainty: strip and number say the same. */
const STRIP_OF: Readonly<Record<string, StripOf>> = { frt: 'twist', 'home-flexion-rotation': 'twist-amount' };
const loaded = signal<Loaded<{ readonly meta: ReplayMeta; readonly frames: Uint8Array }>>({ status: 'loading' });
const session = signal<SessionDetail | null>(null);
const training = signal(false);
const calls = { left: signal<Call | ''>(''), right: signal<Call | ''>('') };
const turn = (): 'turn' => 'turn';
const readTwist = (): number => live.head.twistRad;
const readSigma = (): number => live.head.twistSigmaRad;

async function reload(id: string, trialId: string): Promise<void> {
  loaded.value = { status: 'loading' };
  training.value = false;
  calls.left.value = calls.right.value = '';
  const [replay, detail] = await Promise.all([loadReplay(id, trialId), loadSession(id)]);
  session.value = detail.status === 'ready' ? detail.value : null;
  loaded.value = replay;
}

const promptWords = (prompt: string): string =>
  wordFor(t.frt.prompts as Readonly<Record<string, string>>, prompt, (code) =>
    wordFor(t.trial.prompts, code, (w) => w),
  );

function Training({ trialId }: { readonly trialId: string }) {
  const both = calls.left.value !== '' && calls.right.value !== '';
  const trial = session.value?.trialList.find(({ id }) => id === trialId);
  const result = trial ? frtResultOf(trial) : null;
  const then = visitFactsOf(session.value ? { visit: session.value.visit } : {}).trials.find(
    ({ id }) => id === trialId,
  );
  const options = (['restricted', 'not-restricted', 'unsure'] as const).map(
    (call) => [call, t.replay.calls[call]] as const,
  );
  return (
    <section class="card">
      <h2>{t.replay.callTitle}</h2>
      <p class="quiet">{t.replay.callHelp}</p>
      <Segments name="call-left" legend={t.result.left} value={calls.left} options={options} />
      <Segments name="call-right" legend={t.result.right} value={calls.right} options={options} />
      {both && result !== null && (
        <p role="status" data-testid="replay-revealed">
          {t.replay.revealed(formatDeg(result.left.meanDeg), formatDeg(result.right.meanDeg))}{' '}
          {then !== undefined &&
            Object.keys(then.calls).length > 0 &&
            t.replay.earlierCall(
              Object.entries(then.calls)
                .map(
                  ([side, call]) =>
                    `${wordFor(t.trial.directions, side, (w) => w)} ${wordFor(t.replay.calls, call, (w) => w)}`,
                )
                .join(', '),
            )}
        </p>
      )}
    </section>
  );
}

function Playing({ meta, frames }: { readonly meta: ReplayMeta; readonly frames: Uint8Array }) {
  const player = useRef<Player | null>(null);
  useEffect(() => {
    const made = createPlayer(meta, frames);
    player.current = made;
    return () => made.stop();
  }, [meta, frames]);
  const atS = meta.fromS + positionS.value;
  const step = meta.steps.findLast(({ timeS }) => timeS <= atS + 1e-6);
  const hidden = training.value && (calls.left.value === '' || calls.right.value === '');
  const durationS = meta.toS - meta.fromS;
  const marks = meta.events.filter(({ type }) => type === 'repetition-counted' || type === 'repetition-rejected');
  const listed = meta.events.filter(({ type }) => type !== 'prompt');
  return (
    <div class="live-grid replay">
      <section class="live-main">
        <p class="replay-phase" data-testid="replay-phase" data-phase={step?.phase ?? ''}>
          {promptWords(step?.prompt ?? '')}
        </p>
        {!hidden && meta.kind === 'frt' && (
          <HeroAngle testId="replay-angle" plane={turn} angleRad={readTwist} sigmaRad={readSigma} />
        )}
        {!hidden && meta.kind !== 'frt' && <LiveFigure measure="angleDeg" direction={step?.direction ?? ''} />}
        <div class="replay-controls card">
          <button
            type="button"
            class="button primary"
            data-testid="replay-play"
            onClick={() => {
              if (!running.value && positionS.value >= durationS - 0.05) player.current?.seek(0);
              running.value = !running.value;
            }}
          >
            {running.value ? t.replay.pause : t.replay.play}
          </button>
          <label class="replay-position">
            <span class="visually-hidden">{t.replay.position}</span>
            <span class="replay-track">
              <input
                type="range"
                min="0"
                max={durationS}
                step="0.1"
                value={positionS.value}
                data-testid="replay-position"
                onInput={(event) => player.current?.seek(Number(event.currentTarget.value))}
              />
              <span class="replay-marks" aria-hidden="true">
                {marks.map(({ timeS, type }) => (
                  <i key={timeS} class={type} style={{ left: `${(100 * (timeS - meta.fromS)) / durationS}%` }} />
                ))}
              </span>
            </span>
            <output>
              {t.replay.at(formatOne(positionS.value))} / {t.replay.at(formatOne(durationS))}
            </output>
          </label>
          <label class="replay-speed">
            <span>{t.replay.speed}</span>
            <select
              class="input"
              data-testid="replay-speed"
              value={String(speed.value)}
              onChange={(event) => {
                speed.value = Number(event.currentTarget.value);
              }}
            >
              {SPEEDS.map((one) => (
                <option key={one} value={String(one)}>
                  {t.replay.times(String(one))}
                </option>
              ))}
            </select>
          </label>
        </div>
        {!hidden && <StripChartFigure what={STRIP_OF[meta.kind] ?? 'turn'} />}
        {meta.kind === 'frt' && (
          <label class="check">
            <input
              type="checkbox"
              checked={training.value}
              data-testid="replay-training"
              onChange={(event) => {
                training.value = event.currentTarget.checked;
              }}
            />
            <span>{t.replay.training}</span>
          </label>
        )}
        {training.value && <Training trialId={meta.trialId} />}
      </section>
      <aside class="live-side">
        {!hidden && <Head3d />}
        <section class="card replay-events">
          <h2>{t.replay.events}</h2>
          <ol>
            {listed.map(({ timeS, type, code }, index) => (
              <li key={`${timeS}${code}${index}`} class={timeS <= atS ? 'past' : ''}>
                <button type="button" class="link" onClick={() => player.current?.seek(timeS - meta.fromS)}>
                  {t.replay.at(formatOne(timeS - meta.fromS))}
                </button>{' '}
                {wordFor(t.replay.types, type, (word) => word)}
              </li>
            ))}
          </ol>
        </section>
      </aside>
    </div>
  );
}

export function ReplayView({ id, trial }: { readonly id: string; readonly trial: string }) {
  useEffect(() => {
    void reload(id, trial);
  }, [id, trial]);
  const state = loaded.value;
  return (
    <>
      <a class="with-icon back" href={formatRoute({ view: 'session', id })}>
        <Icon name="left" />
        {t.report.back}
      </a>
      <ViewHead
        title={t.replay.title}
        lead={t.replay.lead}
        simulated={state.status === 'ready' && state.value.meta.simulated}
      >
        <span class="replay-badge" data-testid="replay-badge">
          {t.replay.badge}
        </span>
      </ViewHead>
      {state.status === 'loading' && <p class="empty">{t.report.loading}</p>}
      {state.status === 'failed' && (
        <LoadFailed
          message={state.problem?.message ?? null}
          hint={state.problem?.hint ?? null}
          retry={() => void reload(id, trial)}
        />
      )}
      {state.status === 'ready' && <Playing meta={state.value.meta} frames={state.value.frames} />}
    </>
  );
}
