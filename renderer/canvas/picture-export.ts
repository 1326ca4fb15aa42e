/** The picture as a file: SVG as it is drawn, PNG and PDF from it. */
import { imagePdf } from '../../shared/lib/pdf.ts';
import type { Topology } from '../../shared/model/index.ts';
import { type Findings, noFindings } from './findings.ts';
import type { Placement } from './layout.ts';
import { nearDetail } from './level.ts';
import type { PictureColors } from './picture-pen.ts';
import { pictureSvg, type SvgPicture } from './picture-svg.ts';
import type { Marks } from './review-scene.ts';
import { drawnClaims, drawnFlows, routeFlows } from './routes.ts';
import { toEdges, toNodes } from './to-flow.ts';

export type PictureFormat = 'svg' | 'png' | 'pdf';

export interface Drawn {
  readonly topology: Topology;
  readonly placement: Placement;
  readonly findings: Findings;
  readonly marks: Marks;
}

/** Everything that is drawn, as on the near view, in the colours that the window has now. */
export function drawSvg({ topology, placement, findings, marks }: Drawn): SvgPicture {
  // A review shows what became of each flow.
  const flows = drawnFlows(topology, placement, { of: noFindings.of, flows: findings.flows }, 'near', {
    ...(marks.size > 0 && { apart: 'all' }),
  });
  const shared = { topology, findings: noFindings, selection: new Set<string>(), review: marks };
  const nodes = toNodes({ ...shared, placement, isReadOnly: true }).items;
  const edges = toEdges({
    ...shared,
    flows,
    routes: routeFlows(flows, placement, nearDetail),
    claims: drawnClaims(topology, placement),
  }).items;
  const theme = document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
  return pictureSvg(nodes, edges, {
    colors: colorsNow(),
    theme,
    title: topology.metadata.name,
    measure: measurer(),
  });
}

/** The bytes of a file that shows the picture. A PNG has two dots to a canvas unit, less where that would be too many. */
export async function pictureBytes(picture: SvgPicture, format: PictureFormat): Promise<Uint8Array<ArrayBuffer>> {
  if (format === 'svg') return new TextEncoder().encode(picture.svg);
  const raster = await rasterOf(picture);
  if (format === 'pdf') return pdfOf(raster, picture);
  const blob = await new Promise<Blob | null>((done) => raster.toBlob(done, 'image/png'));
  if (blob === null) throw new Error('The picture is too large for a PNG. Export it as SVG.');
  return new Uint8Array(await blob.arrayBuffer());
}

/** Browsers refuse larger canvases, or give an empty one. */
const mostDots = 16_000;
/** Each dot takes four bytes and a PDF three more: more dots than this keep a window busy for minutes. */
const mostArea = 32_000_000;

async function rasterOf({ svg, width, height }: SvgPicture): Promise<HTMLCanvasElement> {
  const scale = Math.min(2, mostDots / width, mostDots / height, Math.sqrt(mostArea / (width * height)));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This window cannot draw pictures. Export the picture as SVG.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** One page as large as the picture, which fills it without loss. */
function pdfOf(raster: HTMLCanvasElement, { width, height }: SvgPicture): Uint8Array<ArrayBuffer> {
  const context = raster.getContext('2d');
  if (context === null) throw new Error('This window cannot draw pictures. Export the picture as SVG.');
  const { data } = context.getImageData(0, 0, raster.width, raster.height);
  const rgb = new Uint8Array((data.length / 4) * 3);
  for (let i = 0, o = 0; i < data.length; i += 4, o += 3) {
    rgb[o] = data[i] ?? 0;
    rgb[o + 1] = data[i + 1] ?? 0;
    rgb[o + 2] = data[i + 2] ?? 0;
  }
  // Three quarters of a point to a canvas unit, as browsers print.
  return imagePdf({ width: width * 0.75, height: height * 0.75, columns: raster.width, rows: raster.height, rgb });
}

function colorsNow(): PictureColors {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    canvas: of('canvas'),
    panel: of('panel'),
    card: of('card'),
    line: of('line'),
    text: of('text'),
    dim: of('dim'),
    error: of('error'),
    warning: of('warning'),
    fine: of('fine'),
    outside: of('outside'),
  };
}

function measurer(): (text: string, size: number, weight: number) => number {
  const context = document.createElement('canvas').getContext('2d');
  const family = getComputedStyle(document.body).fontFamily;
  return (text, size, weight) => {
    if (context === null) return text.length * size * 0.56;
    context.font = `${weight} ${size}px ${family}`;
    return context.measureText(text).width;
  };
}
