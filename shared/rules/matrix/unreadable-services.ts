import { parseShortPorts } from '../../model/index.ts';
import { defineRule, listed } from '../define.ts';

export const unreadableServices = defineRule({
  id: 'matrix/unreadable-services',
  severity: 'error',
  title: 'Matrix cell whose services cannot be read',
  docs: {
    what: 'A cell with allow-only lists no services, or something that is not a port with a protocol.',
    why: 'What cannot be read permits nothing, so flows that were agreed to are not exported.',
    todo: 'Write ports as 443/tcp, 53/udp or 8000-8010/tcp. To block everything, say block-all.',
  },
  examples: {
    good: [
      {
        shows: 'ports and ranges',
        design: { matrix: { dmz: { app: { access: 'allow-only', services: ['8080/tcp', '9000-9010/udp'] } } } },
      },
    ],
    bad: [
      { shows: 'no services', design: { matrix: { dmz: { app: { access: 'allow-only' } } } } },
      {
        shows: 'a name, which means another port at each receiver',
        design: { matrix: { dmz: { app: { access: 'allow-only', services: ['https', '8080'] } } } },
      },
    ],
  },
  *check({ topology }) {
    for (const [from, row] of Object.entries(topology.matrix ?? {})) {
      for (const [to, cell] of Object.entries(row)) {
        if (cell.access !== 'allow-only') continue;
        const path = ['matrix', from, to, 'services'];
        const cellName = `The matrix cell from “${from}” to “${to}”`;
        if (cell.services === undefined || cell.services.length === 0) {
          yield {
            message: `${cellName} permits only some services and lists none. Nothing is permitted there. List the ports, such as 443/tcp, or say block-all.`,
            path: path.slice(0, -1),
          };
          continue;
        }
        const unread = cell.services.filter((text) => !isReadable(text));
        if (unread.length === 0) continue;
        yield {
          message: `${cellName} lists ${listed(unread)}, which is not a port with a protocol. What cannot be read permits nothing. Write 443/tcp, 53/udp or 8000-8010/tcp.`,
          path,
        };
      }
    }
  },
});

function isReadable(text: string): boolean {
  const { ports, errors } = parseShortPorts(text);
  return ports !== 'all' && errors.length === 0 && ports.length > 0 && ports.every((p) => typeof p.port === 'number');
}
