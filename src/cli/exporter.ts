/** The exports as the server hands them out. */
import { auditedExport, EXPORT_FILES, EXPORT_FORMATS, type ExportFormat, summarise } from '../adapters/export/index.ts';
import { KitError } from '../contract/errors.ts';
import type { Exporter } from '../ports/exporter.ts';
import type { Store } from '../ports/store.ts';

function known(format: string): ExportFormat {
  const found = EXPORT_FORMATS.find((one) => one === format);
  if (!found) throw new KitError('NOT_FOUND', `an export is one of ${EXPORT_FORMATS.join(', ')}`);
  return found;
}

export function createExporter(store: Store, wallMs: () => number): Exporter {
  return {
    summarise: async (format, selection) => summarise(store, known(format), selection),
    async give(word, selection, accountId) {
      const format = known(word);
      const { summary, bytes } = await auditedExport(store, format, selection, { accountId, wallMs: wallMs() });
      return { summary, bytes, ...EXPORT_FILES[format] };
    },
  };
}
