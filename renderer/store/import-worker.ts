/** Reading manifests and drawing them, off the main thread. */
import { importManifests } from '../../shared/analysis/index.ts';
import { indexName } from '../../shared/compile/index.ts';
import { Collector, propose, readEstate } from '../../shared/importing/index.ts';
import type { DrawAnswer, ImportRequest, ReadAnswer } from './import-client.ts';
import { answerQuestions, type Tell } from './worker-questions.ts';

let collector: Collector | undefined;
let name = 'imported';

answerQuestions(answer);

/** Files between two words about how far it is. */
const filesOfAStep = 100;

function count(files: number): string {
  return files.toLocaleString('en');
}

function answer(request: ImportRequest, tell: Tell): ReadAnswer | DrawAnswer {
  if (request.ask === 'read') {
    name = request.name;
    collector = new Collector({ name, byFolder: request.byFolder });
    // An export's index says how the other files are to be read.
    const rank = (path: string) => (path === indexName ? 0 : 1);
    const files = [...request.files].sort((a, b) => rank(a.path) - rank(b.path));
    for (const [i, { path, text }] of files.entries()) {
      if (i % filesOfAStep === 0) tell(`Reading manifests: ${count(i)} of ${count(files.length)} files`);
      collector.add(path, text);
    }
    tell('Proposing zones…');
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
  return { topology, check, problems };
}
