/** Imported before any schema is built: zod must not probe `new Function`, which the page's CSP forbids. */
import { config } from 'zod';

config({ jitless: true });
