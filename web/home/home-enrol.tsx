/** The invitation, typed or pasted once. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n/index.ts';
import { homePort } from './home-port.ts';
import { enrol } from './run.ts';

export function HomeEnrol() {
  const [invitation, setInvitation] = useState('');
  const [address, setAddress] = useState('');
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus({ preventScroll: true }), []);
  const needsAddress = !homePort().knowsClinic && !invitation.includes('#invitation=');
  return (
    <form
      class="home-form"
      onSubmit={(event) => {
        event.preventDefault();
        void enrol(invitation, address);
      }}
    >
      <h2>{t.home.enrol.title}</h2>
      <p>{homePort().knowsClinic ? t.home.enrol.leadHere : t.home.enrol.lead}</p>
      <label>
        {t.home.enrol.invitation}
        <input
          ref={first}
          value={invitation}
          autocomplete="off"
          onInput={(e) => setInvitation(e.currentTarget.value)}
        />
      </label>
      {needsAddress && (
        <label>
          {t.home.enrol.address}
          <input value={address} autocomplete="off" onInput={(e) => setAddress(e.currentTarget.value)} />
        </label>
      )}
      <button type="submit" class="home-big" disabled={invitation.trim() === ''}>
        {t.home.enrol.go}
      </button>
    </form>
  );
}
