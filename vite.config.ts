import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  // The oldest runtime that draws the window: Chromium 130.
  build: { outDir: '../dist/renderer', emptyOutDir: true, target: 'chrome130' },
  worker: { format: 'es' },
});
