import { existsSync, readFileSync } from 'node:fs';

/** Of the kit, from its package file: beside dist/ when compiled, beside src/ in a test. */
export function packageVersion(): string {
  const places = ['../../../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url));
  const file = places.find((place) => existsSync(place))!;
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
