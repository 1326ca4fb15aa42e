/** Guard rails on images: from which registries a zone takes them, and how exactly they have to be named. */
import { kubernetesHas } from '../../catalog/index.ts';
import type { KubeObject } from '../../k8s/index.ts';
import { oneLine } from '../../lib/one-line.ts';
import type { CoverageNote } from '../bundle.ts';
import type { Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import type { ImagesIr, ZoneLimitsIr } from '../lower/limits.ts';
import { makersOfPods, podVariables, unlessUnchanged } from './pod-templates.ts';
import { celText, type Validation, validatingPair } from './zone-admission.ts';

export const imageAdmission: Emitter = {
  id: 'image-admission',
  docs: {
    title: 'Image admission',
    formats: [
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding',
    ],
    files: ['guards/images-ZONE.yaml'],
    covers:
      'Images of the zone’s registries alone, pinned as it asks: in init and ephemeral containers and image volumes too, in pods and whatever makes pods.',
    limits: 'What an image holds, and whom its tag names tomorrow; pods that a node starts from its own files.',
  },
  applies: (ir) => ir.limits.zones.length > 0 && kubernetesHas(ir.cluster.version, 'validatingAdmissionPolicy'),
  emit: (ir) => ({
    files: ir.limits.zones.flatMap((zone) =>
      zone.images === undefined
        ? []
        : [
            {
              path: `guards/images-${zone.zone}.yaml`,
              inKustomization: true,
              objects: policy(ir, zone.zone, zone.images).map((object) => ({ object, causes: zone.causes })),
            },
          ],
    ),
    problems: [],
    coverage: ir.limits.zones.map((zone) => noteOf(ir, zone)),
  }),
};

function policy(ir: ClusterIr, zone: string, images: ImagesIr): KubeObject[] {
  const named = (list: string) => `variables.pod.${list}.map(c, c.?image.orValue(''))`;
  return validatingPair(ir, zone, 'images', {
    rules: [
      // The image is what can be changed in a pod that runs, and a container for debugging comes as a subresource.
      {
        apiGroups: [''],
        apiVersions: ['*'],
        operations: ['CREATE', 'UPDATE'],
        resources: ['pods', 'pods/ephemeralcontainers'],
      },
      ...makersOfPods,
    ],
    variables: [
      ...podVariables,
      {
        name: 'images',
        expression: [
          named('containers'),
          named('?initContainers.orValue([])'),
          named('?ephemeralContainers.orValue([])'),
          "variables.pod.?volumes.orValue([]).filter(v, has(v.image)).map(v, v.image.?reference.orValue(''))",
        ].join(' + '),
      },
    ],
    validations: [...registries(zone, images), ...pin(zone, images)],
  });
}

function registries(zone: string, { prefixes }: ImagesIr): Validation[] {
  if (prefixes.length === 0) return [];
  return [
    {
      expression: unlessUnchanged(`variables.images.all(i, ${prefixes.map(hasPrefix).join(' || ')})`),
      message: `Zone ${zone} takes images from ${oneLine(prefixes.join(', '))} only, written in full.`,
    },
  ];
}

/**
 * A prefix ends where a part of the name ends: `registry.example.com/dmz` does not stand for `registry.example.com/dmz-2`.
 * What follows the name of a host after a `:` would be a port, and with it another registry.
 */
function hasPrefix(prefix: string): string {
  const begins = (text: string) => `i.startsWith(${celText(text)})`;
  if (!prefix.includes('/')) return begins(`${prefix}/`);
  return [`i == ${celText(prefix)}`, ...['/', ':', '@'].map((end) => begins(prefix + end))].join(' || ');
}

const digest = "i.matches('@sha256:[a-f0-9]{64}$')";

function pin(zone: string, images: ImagesIr): Validation[] {
  if (images.pin === 'none') return [];
  if (images.pin === 'digest')
    return [
      {
        expression: unlessUnchanged(`variables.images.all(i, ${digest})`),
        message: `Zone ${zone} takes images by digest only (name@sha256:...).`,
      },
    ];
  return [
    {
      // A tag holds no `/`, which tells it from the port of a registry.
      expression: unlessUnchanged(
        `variables.images.all(i, ${digest} || (i.matches(':[A-Za-z0-9_][A-Za-z0-9_.-]*$') && !i.endsWith(':latest')))`,
      ),
      message: `Zone ${zone} takes images by digest or by a tag that is not latest.`,
    },
  ];
}

function noteOf(ir: ClusterIr, { zone, images }: ZoneLimitsIr): CoverageNote {
  const about = { cluster: ir.id, subject: `Images of zone ${zone}` };
  if (images === undefined)
    return {
      ...about,
      state: 'not-enforced',
      text: 'The zone names no registries and no way to pin, so its pods may run any image.',
    };
  const from = images.prefixes.length === 0 ? 'from anywhere' : `from ${images.prefixes.join(', ')} only`;
  const how = { none: '', tag: ', by a tag that is not latest or by digest', digest: ', by digest' }[images.pin];
  return {
    ...about,
    state: 'enforced',
    text: `Containers of every kind and image volumes, in pods and templates: ${from}${how}. A tag can be moved in its registry; only a digest names one image.`,
  };
}
