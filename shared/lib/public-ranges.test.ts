import { describe, expect, it } from 'vitest';
import { isCidr, overlaps, parseCidr } from './ip.ts';
import { cutRange, metadataAddresses, notPublic, splitRange } from './public-ranges.ts';

describe('public ranges', () => {
  it('should list canonical ranges that do not overlap', () => {
    for (const list of Object.values(notPublic)) {
      const ranges = list.map((text) => parseCidr(text));
      expect(list.filter((text) => !isCidr(text))).toEqual([]);
      const pairs = ranges.flatMap((a, i) => ranges.slice(i + 1).map((b) => [a, b] as const));
      expect(pairs.filter(([a, b]) => a !== undefined && b !== undefined && overlaps(a, b))).toEqual([]);
    }
    expect(metadataAddresses.every(isCidr)).toBe(true);
  });

  it('should keep only holes strictly inside the range, each once, sorted', () => {
    expect(
      cutRange('10.0.0.0/8', ['10.9.0.0/16', '10.1.0.0/16', '10.1.2.0/24', '10.1.0.0/16', '192.168.0.0/16', '::/8']),
    ).toEqual({
      cidr: '10.0.0.0/8',
      except: ['10.1.0.0/16', '10.9.0.0/16'],
    });
  });

  it('should leave nothing where a hole covers the range', () => {
    expect(cutRange('169.254.169.254/32', metadataAddresses)).toBeUndefined();
    expect(cutRange('10.1.0.0/24', ['10.0.0.0/8'])).toBeUndefined();
    expect(cutRange('not a range', [])).toBeUndefined();
  });

  it('should write a range with holes as ranges without any', () => {
    expect(splitRange({ cidr: '10.0.0.0/8', except: [] })).toEqual(['10.0.0.0/8']);
    expect(splitRange({ cidr: '10.0.0.0/30', except: ['10.0.0.1/32'] })).toEqual(['10.0.0.0/32', '10.0.0.2/31']);
    const around = splitRange({ cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] });
    expect(around).toHaveLength(32);
    const hole = parseCidr('169.254.169.254/32');
    for (const cidr of around.map(parseCidr))
      expect(cidr !== undefined && hole !== undefined && !overlaps(cidr, hole)).toBe(true);
    expect(splitRange({ cidr: 'not a range', except: [] })).toEqual([]);
  });
});
