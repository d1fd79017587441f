import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Where a gateway answers while the page is served by vite itself. */
const GATEWAY = 'http://127.0.0.1:8080';

export default defineConfig({
  // Relative, so that the page works under any path a clinic's proxy gives it.
  base: './',
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: ['chrome120', 'firefox120', 'safari17'],
    // The polyfill would be of no use to these browsers; nothing is inlined, so that `default-src 'self'` holds.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // Two pages: the dashboard, and the one that measures at home by itself.
    rollupOptions: {
      input: ['index.html', 'at-home.html'].map((page) => fileURLToPath(new URL(page, import.meta.url))),
    },
    // three alone is larger than the default limit; it is a chunk of its own, fetched when the head is shown.
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { '/api': { target: GATEWAY, ws: true } } },
});
