import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    // The oldest runtime that draws the window: Chromium 130.
    target: 'chrome130',
    // The window is read from the same machine: a large file costs nothing there.
    chunkSizeWarningLimit: 5000,
  },
  worker: { format: 'es' },
});
