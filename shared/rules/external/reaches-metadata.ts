import { cidrAt, contains, parseAddress, parseCidr } from '../../lib/ip.ts';
import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

/** Where clouds answer with credentials of the node. Amazon's IPv6 one is unique-local. */
const metadataAddresses = ['169.254.169.254', 'fd00:ec2::254'];

export const reachesMetadata = defineRule({
  id: 'external/reaches-metadata',
  severity: 'warning',
  title: 'Address range that holds the cloud’s metadata service',
  docs: {
    what: 'A range of an external holds 169.254.169.254 or fd00:ec2::254.',
    why: 'There a cloud hands out credentials of the node to whoever asks: the classic step from one pod to the whole account. The export leaves these addresses out of wider ranges, so a flow that needs them does not work.',
    todo: 'Write the ranges that are meant. If pods really have to ask the metadata service, give it an external of its own, and expect this finding there.',
  },
  examples: {
    good: [
      { shows: 'the internet, which holds only public addresses', design: {} },
      { shows: 'ranges elsewhere', design: { externals: { office: { cidrs: ['192.168.0.0/16'] } } } },
    ],
    bad: [
      { shows: 'every address', design: { externals: { world: { cidrs: ['0.0.0.0/0'] } } } },
      { shows: 'the metadata service itself', design: { externals: { metadata: { cidrs: ['169.254.169.254/32'] } } } },
      { shows: 'all unique-local addresses', design: { externals: { local: { cidrs: ['fc00::/7'] } } } },
    ],
  },
  *check({ lookup, topology }) {
    for (const [id, external] of Object.entries(topology.externals ?? {})) {
      for (const [i, text] of (external.cidrs ?? []).entries()) {
        const range = parseCidr(text);
        const held = metadataAddresses.find((metadata) => {
          const address = parseAddress(metadata);
          if (range === undefined || address === undefined) return false;
          return contains(range, cidrAt(address.family, address.value, address.family === 4 ? 32 : 128));
        });
        if (range === undefined || held === undefined) continue;
        const alone = range.start === range.end;
        yield {
          message: alone
            ? `${capital(called(lookup, ref('external', id)))} is the metadata service of a cloud (${held}). It hands out credentials of the node to whoever asks, so a flow to it opens the whole account. Keep pods away from it, or switch this rule off with the reason.`
            : `${capital(called(lookup, ref('external', id)))} has the range ${text}, which holds the metadata service of clouds (${held}). Credentials of the node are handed out there, so the export leaves that address out. Write the ranges that are meant.`,
          subject: ref('external', id),
          path: ['externals', id, 'cidrs', i],
        };
      }
    }
  },
});
