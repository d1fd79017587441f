/** Processes that tests start run compiled: Node 20 cannot run TypeScript. `npm test` builds before it tests. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The compiled form of a source file, given from the root of the project. Throws one clear line when it is missing or old. */
export function builtEntry(source: `${string}.ts`): URL {
  // Compiled itself, as in a benchmark: what it asks for lies beside it.
  if (import.meta.url.endsWith('.js')) return new URL(`../../${source.replace(/\.ts$/, '.js')}`, import.meta.url);
  const from = path.join(ROOT, source);
  const built = path.join(ROOT, 'dist', source.replace(/\.ts$/, '.js'));
  if (!existsSync(built)) throw new Error(`${source} is not built: run "npx tsc -p ." first, or use "npm test"`);
  if (statSync(built).mtimeMs < statSync(from).mtimeMs) {
    throw new Error(`${source} has changed since it was built: run "npx tsc -p ." first, or use "npm test"`);
  }
  return new URL(`file://${built}`);
}
