import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { zipTextFiles } from './zip.ts';

describe('zipTextFiles', () => {
  it('should give back the same texts, and the same bytes whatever the order of the files', () => {
    const files = [
      { path: 'prod/b.yaml', text: 'b: 数据\n' },
      { path: 'a.yaml', text: '' },
    ];
    const zipped = zipTextFiles(files);
    const texts = Object.entries(unzipSync(zipped)).map(([path, bytes]) => [path, strFromU8(bytes)]);
    expect(texts).toEqual([
      ['a.yaml', ''],
      ['prod/b.yaml', 'b: 数据\n'],
    ]);
    expect(zipTextFiles([...files].reverse())).toEqual(zipped);
    // The date of a zip entry, bytes 10 to 13: 1980-01-01 00:00, whatever the time zone of the machine.
    expect([...zipped.slice(10, 14)]).toEqual([0, 0, 0x21, 0]);
  });
});
