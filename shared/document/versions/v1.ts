/** The first version: what shared/model/schema.ts describes. */
export const v1 = { apiVersion: 'zonewright/v1' } as const;
