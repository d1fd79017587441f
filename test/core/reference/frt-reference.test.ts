import { describe, expect, it } from 'vitest';
import {
  DEFAULT_FRT_REFERENCE_ID,
  FRT_GROUP_VALUES,
  FRT_REFERENCES,
  frtReference,
} from '../../../src/core/reference/frt-reference.ts';

describe('published FRT references', () => {
  it('the default is 32 degrees, Hall 2010b, and an unknown id gives the default', () => {
    expect(DEFAULT_FRT_REFERENCE_ID).toBe('hall-2010b');
    expect(frtReference().valueDeg).toBe(32);
    expect(frtReference('hall-2010a').valueDeg).toBe(30);
    expect(frtReference('no such').id).toBe('hall-2010b');
  });
  it('every row names its source and says whether that was read; ids are unique', () => {
    for (const row of [...FRT_REFERENCES, ...FRT_GROUP_VALUES]) {
      expect(row.citation.length).toBeGreaterThan(5);
      expect(row.url).toMatch(/^https?:\/\//);
      expect(typeof row.verified).toBe('boolean');
    }
    expect(new Set(FRT_REFERENCES.map((r) => r.id)).size).toBe(FRT_REFERENCES.length);
    expect(FRT_REFERENCES.filter((r) => r.read === 'secondary').some((r) => r.verified)).toBe(false);
  });
  it('no row speaks of a diagnosis', () => {
    for (const row of FRT_REFERENCES) expect(`${row.label} ${row.groups}`).not.toMatch(/positive|abnormal|diagnos/i);
  });
});
