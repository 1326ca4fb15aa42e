import { describe, expect, it } from 'vitest';
import type { Topology } from '../../shared/model/index.ts';
import { FlowLog, layOver } from '../../shared/observed/index.ts';
import { entriesOf } from '../store/observed-store.ts';
import { findingsOf } from './findings.ts';
import { arrange } from './layout.ts';
import { observedLines, observedMarks, timesText, withBundles, withObserved } from './observed-scene.ts';
import { drawnFlows } from './routes.ts';

const design: Topology = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'shop' },
  zones: { app: { trust: 50, intraZone: 'deny' } },
  clusters: { prod: { distribution: 'kubeadm', version: '1.37' } },
  namespaces: { shop: { cluster: 'prod', zone: 'app' } },
  workloads: { front: { namespace: 'shop' }, api: { namespace: 'shop' }, db: { namespace: 'shop' } },
  externals: { bank: { cidrs: ['203.0.113.0/24'] } },
  flows: {
    orders: { from: { workload: 'front' }, to: { workload: 'api' }, ports: [{ port: 8080 }] },
    old: { from: { workload: 'api' }, to: { workload: 'front' }, ports: [{ port: 1 }] },
  },
};

const placement = arrange(design);

function seen(...lines: ReadonlyArray<readonly [from: string, to: string, port: number, verdict?: string]>) {
  const log = new FlowLog();
  const end = (name: string) =>
    /^\d/.test(name) ? { labels: ['reserved:world'] } : { namespace: 'shop', pod_name: `${name}-0`, labels: [] };
  for (const [from, to, port, verdict] of lines) {
    const flow = {
      verdict,
      l4: { TCP: { destination_port: port } },
      IP: { source: from, destination: to },
      source: end(from),
      destination: end(to),
    };
    log.write(`${JSON.stringify({ flow })}\n`);
  }
  return layOver(design, log);
}

describe('observedLines', () => {
  const observed = seen(
    ['front', 'db', 5432],
    ['front', 'db', 5433],
    ['front', 'db', 5433],
    ['api', 'db', 22, 'DROPPED'],
    ['api', '203.0.113.9', 443],
    ['api', '198.51.100.1', 443],
    ['front', 'api', 8080],
  );
  const lines = (selected?: string) =>
    observedLines(entriesOf(observed), selected, placement).map((l) => `${l.id} ${l.mark.mark} ${l.label}`);

  it('should draw one line for a pair, whatever ports, and tell what policies drop anyway', () => {
    expect(lines()).toEqual([
      'observed:workload:front>workload:db unmeant ! 2 ports 3×',
      'observed:workload:api>band:outside unmeant ! 443 1×',
      'observed:workload:api>external:bank unmeant ! 443 1×',
      'observed:workload:api>workload:db dropped ✕ 22 dropped',
    ]);
  });

  it('should speak of the selected entry alone on the line of its pair, and lead there', () => {
    expect(lines('front db 5432/TCP')[0]).toBe('observed:workload:front>workload:db unmeant ! 5432 1×');
    const [line] = observedLines(entriesOf(observed), undefined, placement);
    expect(line?.entry).toBe('front db 5433/TCP');
  });
});

describe('withObserved', () => {
  it('should say on each arrow how often it was seen, and mark those of the filter alone', () => {
    const observed = seen(['front', 'api', 8080], ['front', 'api', 8080]);
    const labels = (filter?: 'drawn' | 'never-seen' | 'not-drawn') => {
      const drawn = drawnFlows(design, placement, findingsOf([]), 'near');
      return withObserved(drawn, [], observed, observedMarks(observed, filter)).map((f) => `${f.flow} ${f.label}`);
    };
    expect(labels()).toEqual(['old ○ 0× 1', 'orders ✓ 2× 8080']);
    expect(labels('drawn')).toEqual(['old 1', 'orders ✓ 2× 8080']);
    expect(labels('never-seen')).toEqual(['old ○ 0× 1', 'orders 8080']);
    expect(labels('not-drawn')).toEqual(['old 1', 'orders 8080']);
  });
});

describe('from afar', () => {
  const far: Topology = {
    ...design,
    namespaces: { ...design.namespaces, pay: { cluster: 'prod', zone: 'app' } },
    workloads: { ...design.workloads, till: { namespace: 'pay' }, vault: { namespace: 'pay' } },
    flows: {
      a: { from: { workload: 'front' }, to: { workload: 'till' }, ports: [{ port: 1 }] },
      b: { from: { workload: 'front' }, to: { workload: 'till' }, ports: [{ port: 2 }] },
      c: { from: { workload: 'api' }, to: { workload: 'vault' }, ports: [{ port: 3 }] },
    },
  };
  const wide = arrange(far);
  const pod = (name: string) => ({
    namespace: name === 'till' || name === 'vault' ? 'pay' : 'shop',
    pod_name: `${name}-0`,
    labels: [],
  });
  const bundles = (
    ...seenThere: ReadonlyArray<readonly [from: string, to: string, port: number, verdict?: string]>
  ) => {
    const log = new FlowLog();
    for (const [from, to, port, verdict] of seenThere) {
      const flow = { verdict, l4: { TCP: { destination_port: port } }, source: pod(from), destination: pod(to) };
      log.write(`${JSON.stringify({ flow })}\n`);
    }
    const observed = layOver(far, log);
    const lines = observedLines(entriesOf(observed), undefined, wide);
    const drawn = drawnFlows(far, wide, findingsOf([]), 'far', { beside: lines });
    const marks = withBundles(
      new Map([...observedMarks(observed, undefined), ...lines.map(({ id, mark }) => [id, mark] as const)]),
      drawn,
    );
    return withObserved(drawn, lines, observed, marks).map((f) => `${f.id} ${marks.get(f.id)?.mark} ${f.label}`);
  };
  const all = [
    ['front', 'till', 1],
    ['front', 'till', 2],
    ['api', 'vault', 3],
  ] as const;
  const id = 'bundle:namespace:shop>namespace:pay';

  it('should show of a bundle what is worst in it, and how much of it is', () => {
    expect(bundles(...all)).toEqual([`${id} seen ✓ 3 seen`]);
    expect(bundles(...all, ['api', 'till', 9, 'DROPPED'])).toEqual([`${id} dropped ✕ 1 dropped`]);
    expect(bundles(...all.slice(0, 1), ['api', 'till', 9, 'DROPPED'])).toEqual([`${id} unseen ○ 2 of 3 never seen`]);
    expect(bundles(...all.slice(0, 1), ['api', 'till', 9], ['front', 'vault', 9])).toEqual([
      `${id} unmeant ! 2 not drawn`,
    ]);
  });

  it('should keep a line inside a group, where no bundle would show it', () => {
    expect(bundles(...all, ['api', 'front', 9])).toEqual([
      `${id} seen ✓ 3 seen`,
      'observed:workload:api>workload:front unmeant ! 9 1×',
    ]);
  });
});

describe('timesText', () => {
  it('should stay short', () => {
    expect([0, 999, 1000, 12_345, 999_999, 1_234_567].map(timesText)).toEqual([
      '0×',
      '999×',
      '1.0k×',
      '12k×',
      '999k×',
      '1.2M×',
    ]);
  });
});
