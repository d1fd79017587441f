/** Line icons, drawn on a 20-unit square with the text's colour. Decorative: the words stand beside them. */

const PATHS = {
  check: 'M4 10.5l4 4 8-9',
  cross: 'M5 5l10 10M15 5L5 15',
  warn: 'M10 3l8 14H2zM10 8v4M10 14.6v.1',
  left: 'M16 10H4M9 5l-5 5 5 5',
  right: 'M4 10h12M11 5l5 5-5 5',
  down: 'M10 4v12M5 11l5 5 5-5',
  sensor: 'M3 8h14v5a2 2 0 01-2 2H5a2 2 0 01-2-2zM7 8V6a3 3 0 016 0v2',
  home: 'M3 10l7-6.5 7 6.5M5 8.5V16h10V8.5M8.5 16v-4h3v4',
  list: 'M4 5h12M4 10h12M4 15h12',
  file: 'M10 3v9M6 9l4 4 4-4M4 16h12',
  sun: 'M10 6.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7M10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M4.2 15.8l1.4-1.4M14.4 5.6l1.4-1.4',
  moon: 'M16 12.5A6.5 6.5 0 017.5 4a6.5 6.5 0 108.5 8.5z',
  auto: 'M10 3a7 7 0 100 14 7 7 0 000-14zM10 3v14M10 6h4.5M10 10h6.5M10 14h4.5',
  align: 'M10 2v16M4 6h12M5 14h10',
  pulse: 'M2 10h4l2-6 4 12 2-6h4',
  turn: 'M4 13a6.5 6.5 0 0112 0M16 13l1.5-3.5M16 13l-3.8-.6',
  result: 'M3 15a7 7 0 0114 0M10 15l4-6',
  radio: 'M7 6l6 8-3 3V3l3 3-6 8',
  trend: 'M3 15l4.5-5 3 2.5L17 5M12.5 5H17v4.5',
  visit: 'M6 4h8v13H6zM8 4V2.5h4V4M8.5 8.5h3M8.5 12h3',
  person: 'M10 3a3.2 3.2 0 100 6.4A3.2 3.2 0 0010 3zM3.5 17a6.5 6.5 0 0113 0',
  lock: 'M5 9h10v8H5zM7 9V6.5a3 3 0 016 0V9',
  leave: 'M8 4H4v12h4M8 10h9M13.5 6.5L17 10l-3.5 3.5',
  refresh: 'M16 10a6 6 0 11-2-4.5M16 3v3.5h-3.5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
