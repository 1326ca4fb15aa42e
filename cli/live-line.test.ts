import { describe, expect, it } from 'vitest';
import { LiveLine } from './live-line.ts';

function setUp() {
  const written: string[] = [];
  let elapsed = 0;
  const line = new LiveLine(
    (text) => written.push(text),
    () => elapsed,
  );
  return {
    line,
    written,
    wait: (ms: number) => {
      elapsed += ms;
    },
  };
}

describe('LiveLine', () => {
  it('should say nothing of what is soon done', () => {
    const { line, written } = setUp();
    line.tell('Comparing records…');
    line.clear();
    expect(written).toEqual([]);
  });

  it('should put one stage in the place of the other, and leave an empty line', () => {
    const { line, written, wait } = setUp();
    wait(1500);
    line.tell('Comparing connections…');
    line.tell('Looking for causes…');
    line.clear();
    line.clear();
    expect(written).toEqual(['\rComparing connections…\u001b[K', '\rLooking for causes…\u001b[K', '\r\u001b[K']);
  });
});
