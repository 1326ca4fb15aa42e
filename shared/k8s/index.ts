export { asServedByCalico } from './calico-store.ts';
export { groupOf, identityOf } from './identity.ts';
export { immutableFields, replacedFields } from './immutable-fields.ts';
export { isDnsLabel, isDnsSubdomain, objectName } from './names.ts';
export type { ParsedManifests, ParsedObject } from './parse.ts';
export { hidesObjects, parseManifests } from './parse.ts';
export type { PrintedObjects } from './print.ts';
export { printObject, printObjects } from './print.ts';
export type { KubeObject, ObjectMeta } from './types.ts';
