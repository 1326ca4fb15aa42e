/** A PDF of one page that an image fills: enough for a picture, without a library that knows all of PDF. */
import { strToU8, zlibSync } from 'fflate';

export interface PageImage {
  /** Of the page, in points; scaled down where a reader would refuse a page that large. */
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  /** Three bytes a dot, row by row from the top. */
  readonly rgb: Uint8Array;
}

/** Readers take pages of at most so many points. */
const mostPoints = 14_400;

export function imagePdf({ width, height, columns, rows, rgb }: PageImage): Uint8Array<ArrayBuffer> {
  const scale = Math.min(1, mostPoints / width, mostPoints / height);
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  // Flat colours shrink well at any level, and the higher ones take several times as long.
  const pixels = zlibSync(rgb, { level: 3 });
  const show = `q ${w} 0 0 ${h} 0 0 cm /Picture Do Q`;
  return pdfOf([
    ['<< /Type /Catalog /Pages 2 0 R >>'],
    ['<< /Type /Pages /Kids [3 0 R] /Count 1 >>'],
    [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${w} ${h}] /Contents 4 0 R /Resources << /XObject << /Picture 5 0 R >> >> >>`,
    ],
    [`<< /Length ${show.length} >>\nstream\n${show}\nendstream`],
    [
      `<< /Type /XObject /Subtype /Image /Width ${columns} /Height ${rows} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode /Length ${pixels.length} >>\nstream\n`,
      pixels,
      '\nendstream',
    ],
  ]);
}

/** Objects numbered from 1, with the table of where each begins. */
function pdfOf(objects: ReadonlyArray<ReadonlyArray<string | Uint8Array>>): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const put = (part: string | Uint8Array) => {
    const bytes = typeof part === 'string' ? strToU8(part) : part;
    chunks.push(bytes);
    length += bytes.length;
  };
  put('%PDF-1.4\n');
  const starts = objects.map((parts, i) => {
    const start = length;
    put(`${i + 1} 0 obj\n`);
    for (const part of parts) put(part);
    put('\nendobj\n');
    return start;
  });
  const table = length;
  const places = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('');
  put(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places}`);
  put(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
