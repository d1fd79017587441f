import './jitless.ts';
import { render } from 'preact';
import { App } from './app.tsx';
import { startBench } from './live/bench.ts';
import { startLoop } from './live/loop.ts';
import { startSounds } from './live/sounds.ts';
import { watchForPerson } from './state/access.ts';
import { keepLink } from './state/gateway-link.ts';
import { startLanguage } from './ui/language.ts';

startLanguage();
render(<App />, document.getElementById('app')!);
startLoop();
startSounds();
watchForPerson();
keepLink();
if (new URLSearchParams(location.search).has('bench')) startBench();
