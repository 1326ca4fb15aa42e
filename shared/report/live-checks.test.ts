import { describe, expect, it } from 'vitest';
import { checksAsScript } from './live-checks.ts';

describe('checksAsScript', () => {
  it('should give the shell each word as it is, quotes too', () => {
    const end = { kind: 'Deployment', namespace: 'shop', name: 'web', selector: { app: "it's; reboot" } };
    const script = checksAsScript([
      { name: 'n', from: end, to: { ...end, selector: {} }, protocol: 'TCP', port: 80, isAllowed: true },
    ]);
    expect(script).toContain(String.raw`check allowed 'shop' 'app=it'\''s; reboot' 'shop' '' tcp 80`);
  });
});
