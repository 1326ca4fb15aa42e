/**
 * Zone colours by trust. One scale from warm (exposed) through green and blue to deep indigo (protected), so that any
 * number of zones keeps an order that survives greyscale: lightness falls with trust as well as hue changing. Green stands
 * between because sand and blue mixed are the grey of the outside. What lies between two stops is interpolated.
 */
export interface ZoneColors {
  /** The band's fill. */
  readonly fill: string;
  /** Text on the band, at least 4.5:1. */
  readonly text: string;
  /** Lines on the band, at least 3:1. */
  readonly line: string;
}

type Stop = readonly [position: number, fill: string, text: string, line: string];

const light: readonly Stop[] = [
  [0, '#fdf1e2', '#8a4a08', '#b07a3c'],
  [0.25, '#eef4e4', '#4c6516', '#7a8f45'],
  [0.5, '#e9f2fb', '#1d5a96', '#5a8fc0'],
  [1, '#e7ecf7', '#2b3c86', '#6673b0'],
];
const dark: readonly Stop[] = [
  [0, '#251d14', '#f0b25e', '#96703c'],
  [0.25, '#1b2217', '#b4cf7d', '#6d7f45'],
  [0.5, '#13202e', '#7fb8ee', '#4d7ba6'],
  [1, '#161b33', '#a3adff', '#6670b8'],
];

/** `rank` of `count` zones from the outside (0) to the most trusted (count - 1). */
export function zoneColors(rank: number, count: number, theme: 'light' | 'dark'): ZoneColors {
  const stops = theme === 'dark' ? dark : light;
  const position = count <= 1 ? 0.5 : rank / (count - 1);
  const upper = stops.findIndex(([at]) => at >= position);
  const b = stops[Math.max(upper, 0)] ?? stops[0];
  const a = stops[Math.max(upper - 1, 0)] ?? b;
  if (a === undefined || b === undefined) throw new Error('the scale has no stops');
  const share = b[0] === a[0] ? 0 : (position - a[0]) / (b[0] - a[0]);
  return { fill: mix(a[1], b[1], share), text: mix(a[2], b[2], share), line: mix(a[3], b[3], share) };
}

function mix(a: string, b: string, share: number): string {
  const channel = (hex: string, i: number) => Number.parseInt(hex.slice(1 + i * 2, 3 + i * 2), 16);
  const mixed = [0, 1, 2].map((i) => Math.round(channel(a, i) + (channel(b, i) - channel(a, i)) * share));
  return `#${mixed.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
}
