import { describe, expect, it } from 'vitest';
import { reviewDesigns } from '../../../shared/analysis/index.ts';
import { emptyTopology, type Topology } from '../../../shared/model/index.ts';
import { loadReview, type ReviewMark } from '../../../shared/review/index.ts';
import { memoryHost } from '../../host/memory-host.ts';
import { byId, createReviewStore } from '../../store/review-store.ts';
import { createMarksKeeper, mergedMarks } from './marks-keeper.ts';

const before = emptyTopology('shop');
const after: Topology = { ...before, zones: { dmz: { trust: 20 }, app: { trust: 50 } } };
const hash = 'a'.repeat(32);

function mark(part: Partial<ReviewMark> = {}): ReviewMark {
  return { title: 'Zone DMZ added', verdict: 'accepted', fingerprint: hash, ...part };
}

function setUp(files: Record<string, string> = {}) {
  const host = memoryHost({ files: { 'shop.zones.yaml': '', ...files } });
  const store = createReviewStore();
  const review = reviewDesigns(before, after);
  store.setState({
    compared: {
      isOfManifests: false,
      gaps: [],
      sides: store.getState(),
      before,
      after,
      review,
      entries: byId(review),
      hashes: { before: hash, after: hash },
    },
  });
  const keeper = createMarksKeeper(host, store);
  const onDisk = () => loadReview(host.files.get('shop.review.yaml') ?? '').review?.marks;
  return { host, store, keeper, onDisk };
}

describe('the file of the marks', () => {
  it('should be written beside the design and read back by the next one who opens it', async () => {
    const { host, store, keeper, onDisk } = setUp();
    await keeper.open('shop.zones.yaml', 'shop.zones.yaml');
    expect(host.files.has('shop.review.yaml')).toBe(false);
    store.setState({ marks: { a: mark({ comment: 'Fine.' }) } });
    await keeper.save();
    expect(onDisk()).toEqual({ a: mark({ comment: 'Fine.' }) });

    const second = setUp(Object.fromEntries(host.files));
    await second.keeper.open('shop.zones.yaml', 'shop.zones.yaml');
    expect(second.store.getState().marks).toEqual({ a: mark({ comment: 'Fine.' }) });
  });

  it('should take in what somebody else wrote meanwhile, mark by mark', async () => {
    const { host, store, keeper, onDisk } = setUp();
    await keeper.open('shop.zones.yaml', 'shop.zones.yaml');
    store.setState({ marks: { a: mark(), b: mark() } });
    await keeper.save();
    const theirs = host.files.get('shop.review.yaml')?.replace('verdict: accepted', 'verdict: rejected') ?? '';
    host.files.set('shop.review.yaml', theirs);
    store.setState({ marks: { ...store.getState().marks, c: mark() } });
    await keeper.save();
    expect(onDisk()).toEqual({ a: mark({ verdict: 'rejected' }), b: mark(), c: mark() });
    expect(store.getState().marks).toEqual(onDisk());
  });

  it('should keep what was decided while the file was read', async () => {
    const { host, store } = setUp();
    let answer = () => {};
    const slow = new Promise<void>((done) => {
      answer = done;
    });
    const keeper = createMarksKeeper({ ...host, readReview: (path) => slow.then(() => host.readReview(path)) }, store);
    const opened = keeper.open('shop.zones.yaml', 'shop.zones.yaml');
    store.setState({ marks: { a: mark() } });
    answer();
    await opened;
    expect(store.getState().marks).toEqual({ a: mark() });
    const refreshed = keeper.refresh();
    store.setState({ marks: { ...store.getState().marks, b: mark() } });
    await refreshed;
    expect(store.getState().marks).toEqual({ a: mark(), b: mark() });
  });

  it('should write nothing over a file that cannot be read in full, until told', async () => {
    const { host, store, keeper, onDisk } = setUp({ 'shop.review.yaml': 'kind: Something\n' });
    await keeper.open('shop.zones.yaml', 'shop.zones.yaml');
    expect(store.getState().file?.problems).toHaveLength(1);
    store.setState({ marks: { a: mark() } });
    await keeper.save();
    expect(host.files.get('shop.review.yaml')).toBe('kind: Something\n');
    await keeper.startAnew();
    expect(onDisk()).toEqual({ a: mark() });
  });

  it('should keep what was decided before the design had a file, and write it once it has one', async () => {
    const { store, keeper, onDisk } = setUp();
    await keeper.open(undefined, 'untitled');
    store.setState({ marks: { a: mark() } });
    await keeper.save();
    await keeper.open('shop.zones.yaml', 'shop.zones.yaml');
    expect(onDisk()).toEqual({ a: mark() });
  });

  it('should go along with the design to another file', async () => {
    const { host, store, keeper } = setUp();
    await keeper.open('shop.zones.yaml', 'shop.zones.yaml');
    store.setState({ marks: { a: mark() } });
    await keeper.save();
    await keeper.open('copy.zones.yaml', 'copy.zones.yaml');
    expect(loadReview(host.files.get('copy.review.yaml') ?? '').review?.marks).toEqual({ a: mark() });
  });

  it('should say why it was not written', async () => {
    const host = memoryHost({ files: { 'shop.zones.yaml': '' }, readOnly: ['shop.review.yaml'] });
    const { store } = setUp();
    const keeper = createMarksKeeper(host, store);
    await keeper.open('shop.zones.yaml', 'shop.zones.yaml');
    store.setState({ marks: { a: mark() } });
    await keeper.save();
    expect(store.getState().file?.failure).toContain('read-only');
    expect(store.getState().marks).toEqual({ a: mark() });
  });
});

describe('mergedMarks', () => {
  it('should take theirs where I changed nothing, and mine otherwise, removals too', () => {
    const base = { a: mark(), b: mark(), c: mark() };
    const mine = { a: mark({ verdict: 'rejected' }), c: mark() };
    const theirs = { a: mark({ comment: 'x' }), b: mark({ comment: 'y' }), d: mark() };
    expect(mergedMarks(base, mine, theirs)).toEqual({ a: mark({ verdict: 'rejected' }), d: mark() });
  });
});
