/** axe-core on the page as it stands: in both themes and both languages. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { colours, speak } from './tour.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** One line a violation: theme, language, rule, element. The page's context needs `bypassCSP`. */
export async function violationsOf(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate(`window.axe === undefined && (0, eval)(${JSON.stringify(AXE)})`);
  for (const language of ['de', 'en'] as const) {
    await speak(page, language);
    for (const theme of ['dark', 'light'] as const) {
      await colours(page, theme);
      const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as AxeResult;
      for (const { id, nodes } of violations)
        for (const { html, failureSummary } of nodes)
          found.push(`${theme}, ${language}: ${id}: ${html.slice(0, 300)} ${failureSummary ?? ''}`);
    }
  }
  return found;
}
