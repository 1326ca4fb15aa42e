import { cniWithConditions } from './cluster/cni-with-conditions.ts';
import { cniWithoutGuardRails } from './cluster/cni-without-guard-rails.ts';
import { cniWithoutPolicy } from './cluster/cni-without-policy.ts';
import { crdsWithoutCni } from './cluster/crds-without-cni.ts';
import { egressByHand } from './cluster/egress-by-hand.ts';
import { egressNotToldApart } from './cluster/egress-not-told-apart.ts';
import { overlappingRanges } from './cluster/overlapping-ranges.ts';
import { rangesOfOneFamily } from './cluster/ranges-of-one-family.ts';
import { replacedInACircle } from './cluster/replaced-in-a-circle.ts';
import { replacedTwice } from './cluster/replaced-twice.ts';
import { reservedName } from './cluster/reserved-name.ts';
import { reservedRanges } from './cluster/reserved-ranges.ts';
import { sameApi } from './cluster/same-api.ts';
import { tooFewPodAddresses } from './cluster/too-few-pod-addresses.ts';
import { unknownCni } from './cluster/unknown-cni.ts';
import { zonesAlike } from './cluster/zones-alike.ts';
import { zonesNotHeldApart } from './cluster/zones-not-held-apart.ts';
import type { Rule } from './define.ts';
import { apiServerUnknown } from './external/api-server-unknown.ts';
import { mayHoldPods } from './external/may-hold-pods.ts';
import { externalNoAddress } from './external/no-address.ts';
import { reachesMetadata } from './external/reaches-metadata.ts';
import { againstTheMatrix } from './flow/against-the-matrix.ts';
import { exceptionExpired } from './flow/exception-expired.ts';
import { expired } from './flow/expired.ts';
import { namesWithoutCni } from './flow/names-without-cni.ts';
import { noAddress } from './flow/no-address.ts';
import { noNodePort } from './flow/no-node-port.ts';
import { noOwner } from './flow/no-owner.ts';
import { noVia } from './flow/no-via.ts';
import { notExposed } from './flow/not-exposed.ts';
import { outward } from './flow/outward.ts';
import { reachesWireServer } from './flow/reaches-wire-server.ts';
import { skipsAZone } from './flow/skips-a-zone.ts';
import { toItself } from './flow/to-itself.ts';
import { unknownPort } from './flow/unknown-port.ts';
import { unlistedPort } from './flow/unlisted-port.ts';
import { diagonal } from './matrix/diagonal.ts';
import { unreadableServices } from './matrix/unreadable-services.ts';
import { duplicateNamespaceName } from './namespace/duplicate-name.ts';
import { noZone } from './namespace/no-zone.ts';
import { ofTheSystem } from './namespace/of-the-system.ts';
import { zoneWithoutPool } from './namespace/zone-without-pool.ts';
import { addressesElsewhere } from './pool/addresses-elsewhere.ts';
import { addressesOfTwoZones } from './pool/addresses-of-two-zones.ts';
import { dangling } from './reference/dangling.ts';
import { legacyRuntimeUsed } from './runtime/legacy.ts';
import { needsKvm } from './runtime/needs-kvm.ts';
import { onNoPool } from './runtime/on-no-pool.ts';
import { onTheHostNetwork } from './runtime/on-the-host-network.ts';
import { unknownRuntime } from './runtime/unknown.ts';
import { weakerThanZone } from './runtime/weaker-than-zone.ts';
import { withoutSharedFiles } from './runtime/without-shared-files.ts';
import { unknownRule } from './settings/unknown-rule.ts';
import { classOfAnotherZone } from './storage/class-of-another-zone.ts';
import { endpointOfAnotherZone } from './storage/endpoint-of-another-zone.ts';
import { endpointSharedByZones } from './storage/endpoint-shared-by-zones.ts';
import { onNodesOfEveryZone } from './storage/on-nodes-of-every-zone.ts';
import { secretInAZone } from './storage/secret-in-a-zone.ts';
import { twoDefaults } from './storage/two-defaults.ts';
import { duplicateWorkloadName } from './workload/duplicate-name.ts';
import { hostNetwork } from './workload/host-network.ts';
import { nodePortRefused } from './workload/node-port-refused.ts';
import { overlappingSelectors } from './workload/overlapping-selectors.ts';
import { sameTrust } from './zone/same-trust.ts';
import { unmatchedRegistry } from './zone/unmatched-registry.ts';

/** Every rule, sorted by id. */
export const rules: readonly Rule[] = [
  cniWithConditions,
  cniWithoutGuardRails,
  cniWithoutPolicy,
  crdsWithoutCni,
  egressByHand,
  egressNotToldApart,
  overlappingRanges,
  rangesOfOneFamily,
  replacedInACircle,
  replacedTwice,
  reservedName,
  reservedRanges,
  sameApi,
  tooFewPodAddresses,
  unknownCni,
  zonesAlike,
  zonesNotHeldApart,
  apiServerUnknown,
  mayHoldPods,
  externalNoAddress,
  reachesMetadata,
  againstTheMatrix,
  exceptionExpired,
  expired,
  namesWithoutCni,
  noAddress,
  noNodePort,
  noOwner,
  noVia,
  notExposed,
  outward,
  reachesWireServer,
  skipsAZone,
  toItself,
  unknownPort,
  unlistedPort,
  diagonal,
  unreadableServices,
  duplicateNamespaceName,
  noZone,
  ofTheSystem,
  zoneWithoutPool,
  addressesElsewhere,
  addressesOfTwoZones,
  dangling,
  legacyRuntimeUsed,
  needsKvm,
  onNoPool,
  onTheHostNetwork,
  unknownRuntime,
  weakerThanZone,
  withoutSharedFiles,
  unknownRule,
  classOfAnotherZone,
  endpointOfAnotherZone,
  endpointSharedByZones,
  onNodesOfEveryZone,
  secretInAZone,
  twoDefaults,
  duplicateWorkloadName,
  hostNetwork,
  nodePortRefused,
  overlappingSelectors,
  sameTrust,
  unmatchedRegistry,
];
