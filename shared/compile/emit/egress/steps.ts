/** What an administrator does so that egress addresses are there: the objects choose nodes, and nodes carry addresses. */
import type { ClusterIr } from '../../ir.ts';
import { ciliumAddress, egressGroups, egressKind, gatewayLabel } from '../../lower/egress.ts';
import { nodeZoneLabel } from '../../scope.ts';

/** Lines of Markdown; none where nothing has to be done, or nothing here can do it. */
export function egressSteps(ir: ClusterIr): string[] {
  const groups = egressGroups(ir);
  const kind = egressKind(ir.cluster, ir.nodes.distribution.defaultCni);
  if (groups.length === 0 || kind === undefined) return [];
  const lines = ['## Egress addresses', ''];
  if (kind === 'ovn-kubernetes') {
    const zones = [...new Set(groups.flatMap((g) => g.zone ?? []))];
    lines.push(
      'OVN-Kubernetes puts egress addresses on nodes that are assignable and whose subnet holds the address. Label such nodes of each zone, at least two, so that an address survives the loss of one:',
      '',
      '```',
      ...(zones.length > 0 ? zones : ['ANY']).map(
        (zone) => `kubectl label node NODE-OF-ZONE-${zone} k8s.ovn.org/egress-assignable= --overwrite`,
      ),
      '```',
      '',
    );
    return lines;
  }
  const usable = groups.filter((g) => ciliumAddress(g) !== undefined);
  if (usable.length === 0) return [];
  lines.push(
    'A gateway node carries the address and the label of its group. Replace every NODE name; the label is protected from kubelets. Add the address to the network interface of that node, so that replies come back to it.',
    '',
    '```',
  );
  for (const group of usable) {
    const node = group.zone === undefined ? 'NODE-GATEWAY' : `NODE-OF-ZONE-${group.zone}`;
    lines.push(`kubectl label node ${node} ${gatewayLabel(group)}=true --overwrite`);
  }
  lines.push('```', '');
  for (const group of usable) {
    const where = group.zone === undefined ? '' : ` (labelled ${nodeZoneLabel}=${group.zone})`;
    lines.push(`- ${group.name}: ${ciliumAddress(group)}${where}`);
  }
  lines.push('');
  return lines;
}
