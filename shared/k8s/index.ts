export type { KubeObject, ObjectMeta } from './types.ts';
