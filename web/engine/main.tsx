/** The page that needs no installation: served by the clinic, measuring in the browser. */
import '../jitless.ts';
import { render } from 'preact';
import { startLoop } from '../live/loop.ts';
import { startSounds } from '../live/sounds.ts';
import { startSpokenSide } from '../live/spoken-side.ts';
import { startLanguage } from '../ui/language.ts';
import { AtHome } from './at-home.tsx';
import { startPage } from './page.ts';

startLanguage();
render(<AtHome />, document.getElementById('app')!);
startLoop();
startSounds();
startSpokenSide();
void startPage();
