import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const unmatchedRegistry = defineRule({
  id: 'zone/unmatched-registry',
  severity: 'error',
  title: 'Prefix that no image can have',
  docs: {
    what: 'A zone names a registry in a form in which no image begins: with a scheme, a wildcard, a tag or upper case.',
    why: 'Admission compares the beginning of image names letter by letter, so the prefix admits nothing and the pods that it was meant for are refused.',
    todo: 'Write the beginning of image names as manifests have them: registry.example.com/team.',
  },
  examples: {
    good: [
      {
        shows: 'hosts, ports and paths as images have them',
        design: {
          zones: {
            app: {
              trust: 50,
              images: { registries: ['registry.example.com/team', 'localhost:5000', 'docker.io/library/redis/'] },
            },
          },
        },
      },
    ],
    bad: [
      {
        shows: 'an address of a web page',
        design: { zones: { app: { trust: 50, images: { registries: ['https://registry.example.com'] } } } },
      },
      {
        shows: 'a wildcard',
        design: { zones: { app: { trust: 50, images: { registries: ['*.example.com/team'] } } } },
      },
      {
        shows: 'an image with its tag',
        design: { zones: { app: { trust: 50, images: { registries: ['docker.io/library/redis:7'] } } } },
      },
    ],
  },
  *check({ lookup }) {
    for (const zone of lookup.zones) {
      for (const [i, prefix] of (zone.images?.registries ?? []).entries()) {
        if (canBegin.test(prefix)) continue;
        yield {
          message: `${capital(called(lookup, ref('zone', zone.id)))} takes images from “${prefix}”, and no image can begin like that. Admission compares letter by letter, so it would refuse every pod that this was meant for. Write the beginning of image names: registry.example.com/team.`,
          subject: ref('zone', zone.id),
          path: ['zones', zone.id, 'images', 'registries', i],
        };
      }
    }
  },
});

/** A host with or without a port, and parts of a path (github.com/distribution/reference, grammar). */
const part = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const canBegin = new RegExp(`^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(/${part})*/*$`);
