/** What the patient's page says and sounds. */
import type { Page } from 'playwright-core';

/** Before the page is opened. */
export async function hearCues(page: Page, heard: (kind: 'voice' | 'sound', what: string) => void): Promise<void> {
  await page.exposeFunction('logCue', heard);
  await page.addInitScript("window.addEventListener('neck-cue', (e) => window.logCue(e.detail.kind, e.detail.what))");
}
