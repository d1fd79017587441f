import './jitless.ts';
import { render } from 'preact';
import { App } from './app.tsx';
import { startBench } from './live/bench.ts';
import { startLoop } from './live/loop.ts';
import { openLink } from './state/gateway-link.ts';

render(<App />, document.getElementById('app')!);
startLoop();
openLink();
if (new URLSearchParams(location.search).has('bench')) startBench();
