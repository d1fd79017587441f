/** One catalogue that always speaks the language on screen. */
import { type Language, language } from './language.ts';

const isNode = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An object of the catalogues' shape whose every text is read anew from the language on screen, so that whatever is
 * drawn with it is drawn again when the language changes. A part of it (`const words = t.frt`) may be kept; a text
 * (`const title = t.frt.title`) may not, outside of what is drawn.
 */
export function liveCatalogue<T extends object>(of: Readonly<Record<Language, T>>): T {
  const properties: PropertyDescriptorMap = {};
  for (const key of Object.keys(of.en)) {
    const [en, de] = [of.en, of.de].map((catalogue) => Reflect.get(catalogue, key) as unknown);
    properties[key] =
      isNode(en) && isNode(de)
        ? { enumerable: true, value: liveCatalogue({ en, de }) }
        : { enumerable: true, get: () => (language.value === 'de' ? de : en) };
  }
  return Object.defineProperties({} as T, properties);
}
