import type { Host } from '../../shared/host/index.ts';
import { type Bridge, electronHost } from './electron-host.ts';
import { type WebHost, webHost } from './web-host.ts';

declare global {
  interface Window {
    /** Put there by the desktop's preload script; absent in a browser. */
    readonly zonewright?: Bridge;
  }
}

/** Decides once, at start, which shell is around the window. `web` is there where the window shows its own chooser. */
export function pickHost(): { readonly host: Host; readonly web?: WebHost } {
  if (window.zonewright !== undefined) return { host: electronHost(window.zonewright) };
  const web = webHost();
  return { host: web, web };
}
