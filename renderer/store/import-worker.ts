/** Reading manifests and drawing them, off the main thread. */
import { importManifests } from '../../shared/analysis/index.ts';
import { indexName } from '../../shared/compile/index.ts';
import { Collector, propose, readEstate } from '../../shared/importing/index.ts';
import type { ImportReply, ImportRequest } from './import-client.ts';

let collector: Collector | undefined;
let name = 'imported';

self.onmessage = (event: MessageEvent<ImportRequest>) => {
  const request = event.data;
  let reply: ImportReply;
  try {
    reply = { serial: request.serial, answer: answer(request) };
  } catch (error) {
    reply = { serial: request.serial, failure: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(reply);
};

function answer(request: ImportRequest): NonNullable<ImportReply['answer']> {
  if (request.ask === 'read') {
    name = request.name;
    collector = new Collector({ name, byFolder: request.byFolder });
    // An export's index says how the other files are to be read.
    const rank = (path: string) => (path === indexName ? 0 : 1);
    for (const { path, text } of [...request.files].sort((a, b) => rank(a.path) - rank(b.path)))
      collector.add(path, text);
    const clusters = collector.clusters();
    if (clusters.length === 0)
      throw new Error('There is no Kubernetes object in it. Choose another folder or cluster.');
    const proposal = propose(readEstate(clusters));
    const exported = collector.exported();
    const isExport = exported !== undefined && importManifests(clusters, { name, exported }).isGivenBack;
    return { proposal, isExport, problems: collector.problems };
  }
  if (collector === undefined) throw new Error('the manifests were never sent');
  const exported = collector.exported();
  const { topology, check, problems } = importManifests(collector.clusters(), {
    name,
    ...(request.proposal !== undefined && { proposal: request.proposal }),
    ...(exported !== undefined && { exported }),
  });
  return { topology, check, problems: [...collector.problems, ...problems] };
}
