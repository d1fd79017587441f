/** A report as one document: what the page shows, the printer prints and the PDF holds is this, in this order. */
import { z } from 'zod';

export const REPORT_KINDS = ['record', 'patient', 'letter'] as const;
export const REPORT_LANGUAGES = ['en', 'de'] as const;
export const reportKindSchema = z.enum(REPORT_KINDS);
export const reportLanguageSchema = z.enum(REPORT_LANGUAGES);
export type ReportKind = z.infer<typeof reportKindSchema>;
export type ReportLanguage = z.infer<typeof reportLanguageSchema>;

/** Colour by meaning; the page and the PDF have their own. */
export const shapeRoleSchema = z.enum(['left', 'right', 'middle', 'muted', 'reference', 'text', 'area']);
export type ShapeRole = z.infer<typeof shapeRoleSchema>;

export const shapeSchema = z.discriminatedUnion('type', [
  /** An SVG path. `fill` null: a stroke of this width. */
  z.object({
    type: z.literal('path'),
    d: z.string(),
    role: shapeRoleSchema,
    width: z.number(),
    filled: z.boolean(),
    dashed: z.boolean(),
  }),
  z.object({ type: z.literal('dot'), x: z.number(), y: z.number(), r: z.number(), role: shapeRoleSchema }),
  z.object({
    type: z.literal('text'),
    x: z.number(),
    y: z.number(),
    size: z.number(),
    anchor: z.enum(['start', 'middle', 'end']),
    strong: z.boolean(),
    role: shapeRoleSchema,
    text: z.string(),
  }),
]);
export type Shape = z.infer<typeof shapeSchema>;

export const figureSchema = z.object({
  /** Left, top, width, height. */
  viewBox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  /** What it shows, in words. */
  alt: z.string(),
  shapes: z.array(shapeSchema),
});
export type Figure = z.infer<typeof figureSchema>;

export const reportBlockSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('heading'), text: z.string() }),
  z.object({ type: z.literal('paragraph'), text: z.string(), tone: z.enum(['plain', 'strong', 'quiet']) }),
  z.object({ type: z.literal('facts'), rows: z.array(z.tuple([z.string(), z.string()])) }),
  z.object({
    type: z.literal('table'),
    head: z.array(z.string()),
    rows: z.array(z.array(z.string())),
    /** Columns that hold numbers, by place. */
    numeric: z.array(z.number().int()),
  }),
  z.object({ type: z.literal('figures'), figures: z.array(figureSchema), caption: z.string() }),
  /** A line to sign on. */
  z.object({ type: z.literal('signature'), label: z.string() }),
]);
export type ReportBlock = z.infer<typeof reportBlockSchema>;

export const reportDocumentSchema = z.object({
  kind: reportKindSchema,
  language: reportLanguageSchema,
  title: z.string(),
  subtitle: z.string(),
  /** Said at the top when any part of it was made by a simulator; null: none was. */
  simulated: z.string().nullable(),
  blocks: z.array(reportBlockSchema),
  footer: z.string(),
});
export type ReportDocument = z.infer<typeof reportDocumentSchema>;
