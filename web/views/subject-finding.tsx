/** A finding of the examination, structured: one form, its fields by the kind. */
import { signal } from '@preact/signals';
import {
  FINDING_KINDS,
  type Finding,
  type FindingKind,
  MUSCLES,
  SEGMENTS,
  TREATMENTS,
} from '../../src/contract/outcome.ts';
import { t } from '../i18n/index.ts';
import { dayText } from '../logic/outcome-words.ts';
import { send } from '../state/outcome.ts';
import {
  type Asked,
  askedOptions,
  askedValue,
  CheckField,
  CheckList,
  NumberField,
  SelectField,
  TextField,
} from '../ui/fields.tsx';
import { optionsOf, palpableSides } from './subject-options.ts';

type Of<K extends FindingKind> = Extract<Finding, { kind: K }>;
const PROVOCATIONS = ['movement', 'sustained-posture', 'palpation', 'rotation-in-flexion'] as const;
const TARGETS = [
  'c1-2-joint',
  'c2-3-joint',
  'c3-4-joint',
  'third-occipital-nerve',
  'greater-occipital-nerve',
  'other',
] as const;

const kind = signal<FindingKind>('palpation');
const segment = signal<(typeof SEGMENTS)[number]>('c1-2');
const side = signal<'left' | 'right' | 'both'>('left');
const pain = signal<number | null>(null);
const familiar = signal(false);
const resolves = signal<Asked>('unasked');
const muscles = signal<readonly (typeof MUSCLES)[number][]>([]);
const craniovertebral = signal<number | null>(null);
const forward = signal<'none' | 'slight' | 'marked' | 'unasked'>('unasked');
const provokedBy = signal<Of<'familiar-headache'>['provokedBy']>('movement');
const day = signal(dayText(Date.now()));
const target = signal<Of<'diagnostic-block'>['target']>('c2-3-joint');
const relief = signal<number | null>(null);
const given = signal<readonly (typeof TREATMENTS)[number][]>([]);
const hours = signal<number | null>(null);
const quality = signal<number | null>(null);
const level = signal<number | null>(null);
const note = signal('');

function written(): Finding {
  const common = { note: note.value.trim() === '' ? null : note.value.trim() };
  switch (kind.value) {
    case 'palpation':
      return {
        kind: 'palpation',
        segment: segment.value,
        side: side.value,
        pain: pain.value,
        familiar: familiar.value,
        resolves: askedValue(resolves.value),
        ...common,
      };
    case 'trigger-points':
      return {
        kind: 'trigger-points',
        muscles: [...muscles.value],
        side: side.value,
        familiar: familiar.value,
        ...common,
      };
    case 'posture':
      return {
        kind: 'posture',
        craniovertebralDeg: craniovertebral.value,
        forwardHead: forward.value === 'unasked' ? null : forward.value,
        ...common,
      };
    case 'familiar-headache':
      return {
        kind: 'familiar-headache',
        provokedBy: provokedBy.value,
        side: side.value,
        reproduced: familiar.value,
        resolves: askedValue(resolves.value),
        ...common,
      };
    case 'diagnostic-block':
      return {
        kind: 'diagnostic-block',
        day: day.value,
        target: target.value,
        side: side.value,
        reliefPercent: relief.value ?? 0,
        ...common,
      };
    case 'treatment':
      return { kind: 'treatment', given: [...given.value], ...common };
    case 'sleep':
      return { kind: 'sleep', hours: hours.value ?? 0, quality: quality.value ?? 0, ...common };
    case 'stress':
      return { kind: 'stress', level: level.value ?? 0, ...common };
  }
}

function clear(): void {
  for (const field of [pain, craniovertebral, relief, hours, quality, level]) field.value = null;
  familiar.value = false;
  resolves.value = 'unasked';
  forward.value = 'unasked';
  muscles.value = [];
  given.value = [];
  note.value = '';
}

async function keep(event: Event, code: string): Promise<void> {
  event.preventDefault();
  if (await send('POST', code, 'findings', written())) clear();
}

function Side() {
  return <SelectField id="finding-side" label={t.outcome.side} value={side} options={palpableSides()} />;
}
function Resolves() {
  return (
    <SelectField id="finding-resolves" label={t.outcome.findings.resolves} value={resolves} options={askedOptions()} />
  );
}

function Fields() {
  const words = t.outcome.findings;
  switch (kind.value) {
    case 'palpation':
      return (
        <>
          <div class="field-pair">
            <SelectField
              id="finding-segment"
              label={words.segment}
              value={segment}
              options={SEGMENTS.map((one) => [one, one.toUpperCase()] as const)}
            />
            <Side />
            <NumberField id="finding-pain" label={words.pain} value={pain} min={0} max={10} />
            <Resolves />
          </div>
          <CheckField id="finding-familiar" label={words.familiar} value={familiar} />
        </>
      );
    case 'trigger-points':
      return (
        <>
          <CheckList name="muscle" legend={words.muscle} value={muscles} options={optionsOf(MUSCLES, words.muscles)} />
          <Side />
          <CheckField id="finding-familiar" label={words.familiar} value={familiar} />
        </>
      );
    case 'posture':
      return (
        <div class="field-pair">
          <NumberField
            id="finding-cva"
            label={words.craniovertebral}
            value={craniovertebral}
            min={10}
            max={90}
            step={0.1}
          />
          <SelectField
            id="finding-forward"
            label={words.forwardHead}
            value={forward}
            options={[
              ['unasked', t.outcome.notAsked],
              ['none', words.forward.none],
              ['slight', words.forward.slight],
              ['marked', words.forward.marked],
            ]}
          />
        </div>
      );
    case 'familiar-headache':
      return (
        <>
          <div class="field-pair">
            <SelectField
              id="finding-provoked"
              label={words.provokedBy}
              value={provokedBy}
              options={optionsOf(PROVOCATIONS, words.provocations)}
            />
            <Side />
            <Resolves />
          </div>
          <CheckField id="finding-familiar" label={words.reproduced} value={familiar} />
        </>
      );
    case 'diagnostic-block':
      return (
        <div class="field-pair">
          <TextField
            id="finding-day"
            label={words.day}
            value={day}
            type="date"
            max={dayText(Date.now())}
            maxLength={10}
            required
          />
          <SelectField
            id="finding-target"
            label={words.target}
            value={target}
            options={optionsOf(TARGETS, words.targets)}
          />
          <Side />
          <NumberField id="finding-relief" label={words.relief} value={relief} min={0} max={100} required />
        </div>
      );
    case 'treatment':
      return (
        <CheckList name="given" legend={words.given} value={given} options={optionsOf(TREATMENTS, words.treatments)} />
      );
    case 'sleep':
      return (
        <div class="field-pair">
          <NumberField id="finding-hours" label={words.hours} value={hours} min={0} max={24} step={0.5} required />
          <NumberField id="finding-quality" label={words.quality} value={quality} min={0} max={10} required />
        </div>
      );
    case 'stress':
      return <NumberField id="finding-level" label={words.level} value={level} min={0} max={10} required />;
  }
}

export function FindingForm({ code }: { readonly code: string }) {
  const words = t.outcome.findings;
  return (
    <form class="card form" onSubmit={(event) => void keep(event, code)}>
      <h2>{words.title}</h2>
      <SelectField id="finding-kind" label={words.which} value={kind} options={optionsOf(FINDING_KINDS, words.kinds)} />
      <Fields />
      <TextField id="finding-note" label={t.outcome.note} value={note} maxLength={300} help={t.outcome.noteHelp} />
      <div class="actions">
        <button type="submit" class="button primary" data-testid="finding-save">
          {t.outcome.save}
        </button>
      </div>
    </form>
  );
}
