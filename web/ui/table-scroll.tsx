/** A table that is pushed sideways where the screen is narrower; while it can be pushed, the keyboard reaches it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export function TableScroll({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  const place = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  useEffect(() => {
    const shown = place.current;
    if (shown === null) return;
    const watcher = new ResizeObserver(() => setOver(shown.scrollWidth > shown.clientWidth));
    watcher.observe(shown);
    // What is in it may change its width alone.
    for (const child of shown.children) watcher.observe(child);
    return () => watcher.disconnect();
  }, []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a named section would be a landmark, and a page has many tables of one name
    <div ref={place} role="group" class="table-scroll" aria-label={label} tabIndex={over ? 0 : undefined}>
      {children}
    </div>
  );
}
