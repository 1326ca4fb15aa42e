import { unzlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { imagePdf } from './pdf.ts';

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('imagePdf', () => {
  const rgb = new Uint8Array([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]);
  const bytes = imagePdf({ width: 200, height: 100, columns: 2, rows: 2, rgb });
  const text = latin1(bytes);

  it('should say where each object begins, and where the table of that is', () => {
    const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
    expect(text.slice(table, table + 4)).toBe('xref');
    const places = [...text.slice(table).matchAll(/^(\d{10}) 00000 n $/gm)].map((m) => Number(m[1]));
    expect(places.map((place, i) => text.slice(place, place + 7) === `${i + 1} 0 obj`)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  it('should hold every dot of the image', () => {
    const head = /\/Width 2 \/Height 2 .*\/Length (\d+) >>\nstream\n/.exec(text);
    const from = (head?.index ?? 0) + (head?.[0].length ?? 0);
    expect([...unzlibSync(bytes.slice(from, from + Number(head?.[1])))]).toEqual([...rgb]);
  });

  it('should keep a page within what readers take', () => {
    expect(text).toContain('/MediaBox [0 0 200 100]');
    expect(latin1(imagePdf({ width: 28_800, height: 100, columns: 2, rows: 2, rgb }))).toContain(
      '/MediaBox [0 0 14400 50]',
    );
  });
});
