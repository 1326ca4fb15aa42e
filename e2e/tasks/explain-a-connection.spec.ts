import { bakery } from '../designs.ts';
import { expect, test } from '../planner.ts';

test('a drawn connection is explained down to the line of the manifest, and one that is not drawn by the guard rail of its zone', async ({
  planner,
}) => {
  const { page } = planner;
  await planner.openDesign(bakery);
  await planner.click(planner.shape('workload', 'counter'));
  await page.getByTestId('reach-out-oven').click();
  const verdict = page.getByTestId('explain-verdict');
  await expect(verdict).toContainText('Allowed');
  await expect(verdict).toContainText('counter can reach oven on TCP 8080');
  await expect(page.getByTestId('explain-drawn')).toContainText('counter-oven');
  const receiver = page.getByTestId('explain-ingress');
  await expect(receiver).toContainText('counter-oven');

  const place = receiver.getByTestId('explain-place').first();
  const line = (await place.textContent())?.split(':').at(-1) ?? '';
  await place.click();
  const text = page.getByTestId('manifest-text');
  await expect(text).toContainText('NetworkPolicy');
  await expect(text).toContainText(line);
  await planner.goTo('design');

  await page.getByTestId('explain-swap').click();
  await page.getByTestId('explain-port').fill('8443/tcp');
  await expect(verdict).toContainText('Denied');
  // The guard rail of the zone has denied it before any policy of the namespace is asked.
  await expect(page.getByTestId('explain-ingress')).toContainText('one rule denies it');
  await page.getByTestId('explain-close').click();
  await expect(planner.inspector).toBeVisible();
});

test('both ends are chosen on the canvas, and drawing the flow turns the answer', async ({ planner }) => {
  const { page } = planner;
  await planner.openDesign(bakery.replace(/\nflows:[\s\S]*/, '\n'));
  await page.getByTestId('action-go.explain').click();
  await page.getByTestId('explain-pick-from').click();
  await planner.click(planner.shape('workload', 'counter'));
  await planner.click(planner.shape('workload', 'oven'));
  const verdict = page.getByTestId('explain-verdict');
  await expect(verdict).toContainText('Denied');
  await expect(verdict).toContainText('counter cannot reach oven on TCP 8080');
  await page.getByTestId('explain-draw').click();
  await expect(verdict).toContainText('Allowed');
  await expect(planner.flow('counter-oven')).toBeVisible();
  await planner.undo();
  await expect(verdict).toContainText('Denied');
});

test('with one end chosen, Explain says whom it reaches, and asks why at a click', async ({ planner }) => {
  const { page } = planner;
  await planner.openDesign(bakery);
  await planner.click(planner.shape('workload', 'counter'));
  await planner.press('Shift+E');
  const reached = page.getByTestId('explain-reached');
  await expect(reached).toContainText('Can reach');
  await page.getByTestId('explain-peer-workload:oven').click();
  await expect(page.getByTestId('explain-verdict')).toContainText('counter can reach oven on TCP 8080');
});

test('the proof says what was compared, and Escape ends a blast radius', async ({ planner }) => {
  const { page } = planner;
  await planner.openDesign(bakery);
  await page.getByTestId('status-proof').click();
  await expect(page.getByTestId('proof-summary')).toContainText('The manifests allow exactly what is drawn');
  await expect(page.getByTestId('proof-choices')).toContainText('ICMP');

  await planner.chooseFromMenu(planner.shape('workload', 'counter'), 'go.blast-radius');
  await expect(page.getByTestId('blast-hop-1')).toContainText('oven');
  await expect(page.getByTestId('blast-isolation')).toContainText('share the kernel');
  await expect(page.getByTestId('hop-legend')).toBeVisible();
  await planner.press('Escape');
  await expect(page.getByTestId('hop-legend')).toBeHidden();
  await expect(planner.inspector).toBeVisible();
});

test('what is drawn and not allowed stands in the proof and on the picture, and its row explains it', async ({
  planner,
}) => {
  const { page } = planner;
  await planner.openDesign(withFarCluster());
  await expect(page.getByTestId('status-proof')).toContainText('1 drawn though not allowed');
  await page.getByTestId('proof-mark-workload:counter-workload:mill').click();
  const row = page.getByTestId('proof-missing').getByTestId('proof-row-counter-mill');
  await expect(row).toContainText('counter → mill');
  await row.click();
  await expect(page.getByTestId('explain-verdict')).toContainText('counter cannot reach mill on TCP 8080');
  await expect(page.getByTestId('explain-egress')).toContainText('no service with an address');
  await expect(page.getByTestId('explain-drawn')).toContainText('counter-mill');
});

/** The bakery with a mill in another cluster, which has no address that the counter could dial. */
function withFarCluster(): string {
  const cluster = `  edge:
    distribution: kubeadm
    version: "1.37.1"
    cni: {name: calico}
    networks: {pods: [10.30.0.0/16], services: [10.31.0.0/20], nodes: [10.2.0.0/24]}
    pools:
      app-b: {zone: app, nodes: 2}
`;
  const flow =
    '  counter-mill: {from: {workload: counter}, to: {workload: mill}, ports: [{port: http}], reason: Flour, owner: team-far}\n';
  return bakery
    .replace('\nnamespaces:\n', `${cluster}\nnamespaces:\n  far: {cluster: edge, zone: app, owner: team-far}\n`)
    .replace('\nworkloads:\n', '\nworkloads:\n  mill: {namespace: far, ports: {http: {port: 8080}}, owner: team-far}\n')
    .replace('\nflows:\n', `\nflows:\n${flow}`);
}
