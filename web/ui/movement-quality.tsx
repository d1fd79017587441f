/** Of a range of motion: what goes with each movement and what limits its number, and the full cycles. */
import type { RepetitionRecord } from '../../src/contract/repetition-record.ts';
import { dominantOf, fullCycles, movementQuality } from '../../src/contract/test-result.ts';
import { cromReference } from '../../src/core/reference/crom-reference.ts';
import { formatDeg, formatTwo, formatWhole, t, wordFor } from '../i18n/index.ts';
import { halfWidth95Deg } from '../logic/reference-relation.ts';
import { TableScroll } from './table-scroll.tsx';

interface Props {
  readonly directions: readonly string[];
  readonly repetitions: readonly RepetitionRecord[];
}

function Movements({ directions, repetitions }: Props) {
  const words = t.quality;
  return (
    <section class="card" data-testid="movement-quality">
      <h2>{words.title}</h2>
      <p class="quiet">{words.help}</p>
      <TableScroll label={words.title}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{words.movement}</th>
              <th scope="col">{words.conjunct}</th>
              <th scope="col" class="num">
                {words.speed}
              </th>
              <th scope="col" class="num">
                {words.smoothness}
              </th>
              <th scope="col">{words.dominant}</th>
            </tr>
          </thead>
          <tbody>
            {directions.map((direction) => {
              const { conjunctAngle, conjunctDeg, peakSpeedDegps, logDimensionlessJerk } = movementQuality(
                { repetitions },
                direction,
              );
              const dominant = dominantOf({ repetitions }, direction);
              return (
                <tr key={direction}>
                  <td>{wordFor(t.trial.directions, direction, (code) => code)}</td>
                  <td>
                    {conjunctAngle === null ? t.unknown : `${words.angles[conjunctAngle]} ${formatDeg(conjunctDeg)}`}
                  </td>
                  <td class="num">
                    {peakSpeedDegps === null ? t.unknown : t.trial.degps(formatWhole(peakSpeedDegps))}
                  </td>
                  <td class="num">{formatTwo(logDimensionlessJerk)}</td>
                  <td>{dominant === null ? t.unknown : wordFor(words.terms, dominant, (code) => code)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

function Cycles({ repetitions }: Pick<Props, 'repetitions'>) {
  const words = t.quality;
  const cycles = fullCycles({ repetitions });
  if (cycles.length === 0) return null;
  const source = cromReference(cycles[0]!.cycle, 'space')?.row;
  return (
    <section class="card" data-testid="full-cycles">
      <h2>{words.cyclesTitle}</h2>
      <TableScroll label={words.cyclesTitle}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{words.cycle}</th>
              <th scope="col" class="num">
                {words.mean}
              </th>
              <th scope="col" class="num">
                {words.error}
              </th>
              <th scope="col" class="num">
                {words.published}
              </th>
            </tr>
          </thead>
          <tbody>
            {cycles.map(({ cycle, meanDeg, sigmaDeg }) => {
              const published = cromReference(cycle, 'space')?.row;
              return (
                <tr key={cycle}>
                  <td>{words.cycles[cycle]}</td>
                  <td class="num strong">{formatDeg(meanDeg)}</td>
                  <td class="num">{formatDeg(halfWidth95Deg(sigmaDeg))}</td>
                  <td class="num">
                    {published ? `${formatDeg(published.meanDeg)} (${formatDeg(published.sdDeg)})` : t.unknown}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableScroll>
      {source && <p class="small-print quiet">{words.source(source.citation, formatWhole(source.n))}</p>}
    </section>
  );
}

export function MovementQuality(props: Props) {
  return (
    <div class="quality">
      <Cycles repetitions={props.repetitions} />
      <Movements {...props} />
    </div>
  );
}
