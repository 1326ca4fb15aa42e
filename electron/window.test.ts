import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openWindow } from './window.ts';

const electron = vi.hoisted(() => ({ opened: [] as string[] }));

vi.mock('electron', () => ({
  BrowserWindow: class extends EventEmitter {
    readonly webContents = new FakeContents();
    async loadURL() {}
    show() {}
  },
  dialog: {},
  protocol: {},
  shell: { openExternal: async (url: string) => void electron.opened.push(url) },
}));

afterEach(() => {
  electron.opened.length = 0;
});

describe('openWindow', () => {
  it('should open no second window, and give no address to the browser of the machine', () => {
    const contents = open();
    for (const url of ['https://evil.example/?design=secret', 'http://127.0.0.1/', 'file:///etc/passwd', 'ssh://x'])
      expect(contents.openHandler?.({ url })).toEqual({ action: 'deny' });
    expect(electron.opened).toEqual([]);
  });

  it('should stay on its page', () => {
    const contents = open();
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview']) {
      const preventDefault = vi.fn();
      contents.emit(name, { preventDefault });
      expect([name, preventDefault.mock.calls.length]).toEqual([name, 1]);
    }
  });
});

function open(): FakeContents {
  const { window } = openWindow({ preload: 'preload.cjs', bounds: undefined, openAtStart: undefined });
  return window.webContents as unknown as FakeContents;
}

class FakeContents extends EventEmitter {
  openHandler: ((details: { url: string }) => unknown) | undefined;
  setWindowOpenHandler(handler: (details: { url: string }) => unknown) {
    this.openHandler = handler;
  }
}
