/** The short form of ports in input fields and in the matrix: `443, 8443/tcp, 53/udp, 8000-8010`, `all`. */
import type { FlowPort, Protocol } from './topology.ts';

export interface ShortPorts {
  /** `all`, or the ports in the order given. Names are kept as names. */
  readonly ports: 'all' | FlowPort[];
  /** What could not be read, in words; empty where everything could. */
  readonly errors: string[];
}

/** Ports are inclusive ranges, 1 to 65535; the protocol defaults to TCP. `any/udp` is every UDP port. */
export function parseShortPorts(text: string): ShortPorts {
  const trimmed = text.trim();
  if (/^all$/i.test(trimmed)) return { ports: 'all', errors: [] };
  const ports: FlowPort[] = [];
  const errors: string[] = [];
  for (const item of trimmed.split(/[\s,;]+/).filter((s) => s !== '')) {
    const match = /^([^/]+)(?:\/([a-z]+))?$/i.exec(item);
    const protocol = (match?.[2] ?? 'tcp').toUpperCase();
    const body = match?.[1] ?? '';
    if (match === null || !isProtocol(protocol)) {
      errors.push(`“${item}” is not a port; write 443, 8443/tcp, 53/udp or 8000-8010.`);
      continue;
    }
    const withProtocol = protocol === 'TCP' && match[2] === undefined ? {} : { protocol };
    const range = /^(\d+)(?:-(\d+))?$/.exec(body);
    if (range !== null) {
      const start = Number(range[1]);
      const end = range[2] === undefined ? start : Number(range[2]);
      if (start < 1 || end > 65535 || end < start)
        errors.push(`“${item}” is not a range of ports between 1 and 65535.`);
      else ports.push({ ...withProtocol, port: start, ...(end > start && { endPort: end }) });
    } else if (/^any$/i.test(body)) {
      ports.push({ protocol, port: 1, endPort: 65535 });
    } else if (/^(?!.*--)(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/.test(body)) {
      ports.push({ ...withProtocol, port: body });
    } else {
      errors.push(`“${item}” is not a port; write 443, 8443/tcp, 53/udp or 8000-8010.`);
    }
  }
  return { ports, errors };
}

/** The inverse of parseShortPorts; TCP is left out. */
export function formatShortPorts(ports: 'all' | readonly FlowPort[]): string {
  if (ports === 'all') return 'all';
  return ports
    .map((p) => {
      const body = p.endPort !== undefined && p.endPort !== p.port ? `${p.port}-${p.endPort}` : String(p.port);
      return p.protocol === undefined || p.protocol === 'TCP' ? body : `${body}/${p.protocol.toLowerCase()}`;
    })
    .join(', ');
}

function isProtocol(text: string): text is Protocol {
  return text === 'TCP' || text === 'UDP' || text === 'SCTP';
}
