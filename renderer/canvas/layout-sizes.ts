/** Measures of the picture in canvas units; all are multiples of the 4 px grid. */
/** Between two cards there is room for a port and an arrowhead. */
export const card = { w: 164, maxW: 228, h: 44, gapX: 56, gapY: 32 } as const;
export const namespaceBox = { pad: 12, title: 28, minW: 188, minH: 84, gap: 16 } as const;
export const segmentBox = { pad: 16, title: 36, top: 16, foot: 28, bottom: 12, emptyW: 220, emptyH: 48 } as const;
export const band = { header: 164, inset: 12, minW: 960, minH: 136, outsideH: 88, clusterGap: 40 } as const;
export const endpointBox = { w: 148, h: 52, gap: 16, margin: 20 } as const;
export const externalBox = { w: 164, h: 44, gap: 40, margin: 20 } as const;
