import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PortTable, portsText, protocols } from './port-set.ts';

describe('portsText', () => {
  const every = protocols.map((protocol) => ({ protocol, start: 1, end: 65535 }));
  const table = new PortTable();
  const but = (...holes: readonly { readonly protocol: 'TCP' | 'UDP' | 'SCTP'; start: number; end: number }[]) =>
    portsText(table.ranges(table.subtract(table.of(every), table.of(holes))));

  it('should tell nearly everything by what is left out', () => {
    expect(but()).toBe('all ports');
    expect(but({ protocol: 'TCP', start: 5432, end: 5432 })).toBe('all ports but TCP 5432');
    expect(but({ protocol: 'TCP', start: 1, end: 80 }, { protocol: 'UDP', start: 53, end: 53 })).toBe(
      'all ports but TCP 1-80; UDP 53',
    );
  });

  it('should list what is shorter so', () => {
    expect(portsText([{ protocol: 'TCP', start: 443, end: 443 }])).toBe('TCP 443');
    expect(but({ protocol: 'SCTP', start: 1, end: 65535 })).toBe('TCP all ports; UDP all ports');
  });

  it('should never say the same of two sets', () => {
    const range = fc
      .tuple(fc.constantFrom(...protocols), fc.constantFrom(1, 2, 80, 65534, 65535), fc.constantFrom(1, 2, 80, 65535))
      .map(([protocol, a, b]) => ({ protocol, start: Math.min(a, b), end: Math.max(a, b) }));
    const set = fc.array(range, { maxLength: 8 }).map((ranges) => table.of(ranges));
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(portsText(table.ranges(a)) === portsText(table.ranges(b))).toBe(a === b);
      }),
    );
  });
});
