import './jitless.ts';
import { render } from 'preact';
import { App } from './app.tsx';
import { gatewayHome } from './home/gateway-home.ts';
import { useHome } from './home/home-port.ts';
import { startBench } from './live/bench.ts';
import { startLoop } from './live/loop.ts';
import { startSounds } from './live/sounds.ts';
import { startSpokenSide } from './live/spoken-side.ts';
import { watchForPerson } from './state/access.ts';
import { keepLink } from './state/gateway-link.ts';
import { startLanguage } from './ui/language.ts';

// The link of an invitation, opened in a browser: the page at home is for that.
if (location.hash.startsWith('#invitation=')) location.replace(`./at-home.html${location.hash}`);

startLanguage();
render(<App />, document.getElementById('app')!);
startLoop();
startSounds();
startSpokenSide();
watchForPerson();
useHome(gatewayHome);
keepLink();
if (new URLSearchParams(location.search).has('bench')) startBench();
