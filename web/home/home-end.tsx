/** After the measurement: it is kept, and whether the clinic has it. No verdict, no colour of one. */
import { t } from '../i18n/index.ts';
import { HomeOutgoing } from './home-outgoing.tsx';
import { step } from './run.ts';

export function HomeEnd() {
  return (
    <>
      <HomeOutgoing always />
      <button
        type="button"
        class="home-small"
        onClick={() => {
          step.value = 'welcome';
        }}
      >
        {t.home.again}
      </button>
    </>
  );
}
