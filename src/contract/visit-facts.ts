/** What results and reports need of a visit, as it is stored under `visit` in a session's context. */
import { z } from 'zod';

const visitFactsSchema = z.object({
  headacheNow: z.number().nullable().default(null),
  analgesic6h: z.boolean().nullable().default(null),
  examiner: z.string().nullable().default(null),
  endedBy: z.string().nullable().default(null),
  trials: z
    .array(
      z.object({
        id: z.string(),
        treatment: z.enum(['before', 'after']).default('before'),
        blinded: z.boolean().default(false),
        calls: z.record(z.string(), z.string()).default({}),
        revealedWithoutCall: z.boolean().default(false),
      }),
    )
    .default([]),
});
export type VisitFacts = z.infer<typeof visitFactsSchema>;

const NOTHING: VisitFacts = visitFactsSchema.parse({});

/** Nothing is known where none was kept, as in sessions before there were visits. */
export function visitFactsOf(context: Readonly<Record<string, unknown>> | undefined): VisitFacts {
  const parsed = visitFactsSchema.safeParse(context?.['visit']);
  return parsed.success ? parsed.data : NOTHING;
}
