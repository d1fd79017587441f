/** The API's description as JSON and as a page: plain HTML of our own, no script, nothing from elsewhere. */
import { ERRORS } from '../../contract/errors.ts';
import { describeCommands, openApi, schemaOf, whoText } from '../../contract/openapi.ts';
import { partsOf, ROUTE_KEYS, ruleOf } from '../../contract/routes.ts';
import type { App } from './app.ts';

const plain = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const pretty = (value: unknown): string => `<pre>${plain(JSON.stringify(value, null, 2))}</pre>`;
const details = (title: string, value: unknown): string =>
  `<details><summary>${title}</summary>${pretty(value)}</details>`;

function routeSections(): string {
  return ROUTE_KEYS.map((key) => {
    const { method, path } = partsOf(key);
    const { summary, who, subject, query, body, answer } = ruleOf(key);
    return [
      `<section><h3><code>${method}</code> ${plain(path)}</h3><p>${plain(summary)}</p>`,
      `<p>For: ${whoText(who)}${subject === 'own' ? ' (home: the own subject only)' : ''}</p>`,
      query ? details('Query', schemaOf(query, 'input')) : '',
      body ? details('Body', schemaOf(body, 'input')) : '',
      typeof answer === 'string' ? `<p>Answers ${plain(answer)}</p>` : details('Answer', schemaOf(answer)),
      '</section>',
    ].join('');
  }).join('');
}

function commandSections(): string {
  return describeCommands()
    .map(
      ({ type, summary, who, schema }) =>
        `<section><h3><code>${type}</code></h3><p>${plain(summary)}</p><p>For: ${who}</p>${details('Command', schema)}</section>`,
    )
    .join('');
}

export function docsPage(version: string): string {
  const errors = Object.entries(ERRORS)
    .map(
      ([code, { status, message, hint }]) =>
        `<tr><td><code>${code}</code></td><td>${status}</td><td>${plain(message)}</td><td>${plain(hint)}</td></tr>`,
    )
    .join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API of the neck range-of-motion kit ${plain(version)}</title></head><body><main>
<h1>API ${plain(version)}</h1>
<p>Everything that the dashboard does. The same as data: <a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<p>Sign in with <code>POST /api/v1/access/sign-in</code>; the answer sets a cookie. Errors are
<code>{"error": {"code", "message", "hint"}}</code>.</p>
<h2>HTTP</h2>${routeSections()}
<h2>WebSocket</h2>
<p>At <code>/api/v1/live</code>, with the same cookie. The gateway sends binary live frames (112 bytes, see
<code>src/wire/live-frame.ts</code>) and JSON messages: <code>{"type": "state", …}</code> on every change, and
<code>{"type": "reply", "id", "ok", …}</code> to every command. A page sends
<code>{"id": 1, "command": {"type": …}}</code>. It is closed with 4401 when the session has ended, with 4423 when it
is locked.</p>${commandSections()}
<h2>Errors</h2><table><thead><tr><th>Code</th><th>Status</th><th>What happened</th><th>What to do</th></tr></thead><tbody>${errors}</tbody></table>
</main></body></html>
`;
}

export function docsRoutes({ on }: App, version: string): void {
  on('GET /api/v1/openapi.json', () => openApi(version));
  on('GET /api/docs', ({ reply }) => reply.type('text/html; charset=utf-8').send(docsPage(version)));
}
