/** What single settings mean, each tried both ways. */
import { describe, expect, it } from 'vitest';
import type { Topology } from '../model/index.ts';
import { compareGravity, diffTopology } from './index.ts';

const base: Topology = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'shop' },
  zones: { dmz: { trust: 20 }, db: { trust: 80 } },
  clusters: { prod: { distribution: 'kubeadm', version: '1.37' } },
  namespaces: { data: { cluster: 'prod', zone: 'db' }, web: { cluster: 'prod', zone: 'dmz' } },
  workloads: { store: { namespace: 'data' }, front: { namespace: 'web' } },
  runtimes: {
    runc: { from: 'runc', isolation: 'shared-kernel' },
    gvisor: { from: 'gvisor', isolation: 'user-space-kernel' },
    kata: { from: 'kata-qemu', isolation: 'virtual-machine' },
  },
};

const said = (before: Topology, after: Topology) =>
  diffTopology(before, after).flatMap((entry) => entry.effects.map((e) => `${e.class} ${e.severity}: ${e.message}`));

describe('the settings of a zone', () => {
  const zone = (settings: object): Topology => ({ ...base, zones: { ...base.zones, db: { trust: 80, ...settings } } });

  it.each([
    [
      {},
      { dns: 'none' },
      'closes low: Workloads of the zone can no longer ask DNS.',
      'opens high: Workloads of the zone can ask DNS.',
    ],
    [
      { exposure: [] },
      { exposure: ['nodePort'] },
      'opens critical: The zone can be entered from outside by nodePort.',
      'closes low: The zone can no longer be entered from outside by nodePort.',
    ],
    [
      { storageClasses: [] },
      { storageClasses: ['ssd'] },
      'opens high: Storage class ssd can be used in the zone.',
      'closes low: Storage class ssd can no longer be used in the zone.',
    ],
    [
      { runtimes: ['kata'] },
      { runtimes: ['kata', 'gvisor'] },
      'weakens critical: Runtime gvisor (user-space kernel) is admitted in the zone; it isolates less than any before.',
      'strengthens low: Runtime gvisor is no longer admitted in the zone; the rest isolates more.',
    ],
    [
      { runtimes: ['gvisor'] },
      { runtimes: ['gvisor', 'kata'] },
      'opens low: Runtime kata (virtual machine) is admitted in the zone.',
      'closes low: Runtime kata is no longer admitted in the zone.',
    ],
    [
      { runtimes: ['kata', 'gvisor'] },
      { runtimes: ['gvisor', 'kata'] },
      'weakens critical: The default runtime is gvisor (user-space kernel) instead of kata.',
      'strengthens low: The default runtime is kata (virtual machine) instead of gvisor.',
    ],
    [
      { images: { pin: 'digest' } },
      { images: { pin: 'tag' } },
      'weakens high: Images have to be pinned by tag. Before: by digest.',
      'strengthens low: Images have to be pinned by digest. Before: by tag.',
    ],
    [
      { cpu: 'exclusive' },
      { cpu: 'shared' },
      'weakens high: Workloads no longer get whole CPUs of their own.',
      'strengthens low: Workloads can get whole CPUs of their own.',
    ],
    [
      { images: { registries: ['a.example'] } },
      {},
      'weakens high: Images may come from any registry.',
      'strengthens low: Images may come from a.example only.',
    ],
    [
      { images: { registries: ['a.example'] } },
      { images: { registries: ['a.example', 'a.example/team'] } },
      'neutral low: This change alone opens and closes nothing.',
      'neutral low: This change alone opens and closes nothing.',
    ],
  ])('should be told both ways: %j to %j', (a, b, there, back) => {
    expect([said(zone(a), zone(b)), said(zone(b), zone(a))]).toEqual([[there], [back]]);
  });
});

describe('the place of storage', () => {
  const storage = (nas: object): Topology => ({
    ...base,
    storage: { endpoints: { nas: { zone: 'db', type: 'nfs', addresses: ['10.9.0.5'], export: '/a', ...nas } } },
  });

  it.each([
    [
      { zone: 'db' },
      { zone: 'dmz' },
      'moves high: It stands in dmz instead of db.',
      'moves high: It stands in db instead of dmz.',
    ],
    [
      {},
      { export: '/b' },
      'moves low: Its volumes lie at another address or path.',
      'moves low: Its volumes lie at another address or path.',
    ],
    [
      {},
      { addresses: ['10.9.0.6'] },
      'moves low: Its volumes lie at another address or path.',
      'moves low: Its volumes lie at another address or path.',
    ],
    [
      { parameters: { encrypted: 'true' } },
      { parameters: { encrypted: 'true', tier: 'x' } },
      'neutral low: This change alone opens and closes nothing.',
      'neutral low: This change alone opens and closes nothing.',
    ],
    [
      { parameters: { encrypted: 'true' } },
      { parameters: { encrypted: 'false' } },
      'weakens high: Its volumes are no longer encrypted.',
      'strengthens low: Its volumes are encrypted.',
    ],
  ])('should be told both ways: %j to %j', (a, b, there, back) => {
    expect([said(storage(a), storage(b)), said(storage(b), storage(a))]).toEqual([[there], [back]]);
  });
});

describe('compareGravity', () => {
  it('should put harm first, the gravest at the top, and what opens before what weakens as much', () => {
    const order = [
      { class: 'weakens', severity: 'critical' },
      { class: 'opens', severity: 'high' },
      { class: 'weakens', severity: 'high' },
      { class: 'opens', severity: 'low' },
      { class: 'moves', severity: 'high' },
      { class: 'moves', severity: 'low' },
      { class: 'closes', severity: 'critical' },
    ] as const;
    expect([...order].reverse().sort(compareGravity)).toEqual(order);
  });
});
