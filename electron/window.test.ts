import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { openWindow } from './window.ts';

vi.mock('electron', () => ({
  BrowserWindow: class extends EventEmitter {
    readonly webContents = new FakeContents();
    async loadURL() {}
    show() {}
  },
  dialog: {},
  protocol: {},
}));

describe('openWindow', () => {
  it('should open no second window', () => {
    const contents = open();
    for (const url of ['https://evil.example/?design=secret', 'http://127.0.0.1/', 'file:///etc/passwd', 'ssh://x'])
      expect(contents.openHandler?.({ url })).toEqual({ action: 'deny' });
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
  setWebRTCIPHandlingPolicy() {}
  openHandler: ((details: { url: string }) => unknown) | undefined;
  setWindowOpenHandler(handler: (details: { url: string }) => unknown) {
    this.openHandler = handler;
  }
}
