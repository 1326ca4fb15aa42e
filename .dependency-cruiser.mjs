// The layer table. One row per area: what it may import besides itself, and what to do when that is not enough.
// Type-only imports count: a type that points upward is still knowledge that points upward.

import swc from '@swc/core';

// dependency-cruiser parses everything as TypeScript without JSX and has no setting for it, so a .tsx file would end the
// run. It calls swc through this object, and loads this file before it reads any other.
const { parseFileSync } = swc;
swc.parseFileSync = (path, options) => parseFileSync(path, { ...options, tsx: path.endsWith('.tsx') });

/** @type {Array<{area: string, may: string[], instead: string}>} */
const layers = [
  { area: 'shared/lib', may: [], instead: 'Pieces with no domain in them know nothing of ours; move the piece up.' },
  {
    area: 'shared/model',
    may: ['shared/lib'],
    instead: 'The vocabulary stands alone; pass the fact in as an argument.',
  },
  {
    area: 'shared/k8s',
    may: ['shared/lib'],
    instead: 'Kubernetes objects know no topology; do the mapping in compile or importing.',
  },
  {
    area: 'shared/catalog',
    may: ['shared/model', 'shared/lib'],
    instead: 'The catalogue is facts as data; put logic into its reader.',
  },
  {
    area: 'shared/document',
    may: ['shared/model', 'shared/lib'],
    instead: 'Reading and writing the file must not depend on what a design means.',
  },
  {
    area: 'shared/commands',
    may: ['shared/model', 'shared/lib'],
    instead: 'A command edits records only; let the caller look facts up and pass them in.',
  },
  {
    area: 'shared/rules',
    may: ['shared/model', 'shared/catalog', 'shared/commands', 'shared/lib'],
    instead: 'A rule judges a design; put shared judgement into define.ts.',
  },
  {
    area: 'shared/compile',
    may: ['shared/model', 'shared/catalog', 'shared/k8s', 'shared/lib'],
    instead: 'The compiler reads the model and writes objects; problems of the drawing belong to rules.',
  },
  {
    area: 'shared/reach',
    may: ['shared/k8s', 'shared/lib'],
    instead: 'The engine judges any manifests, so it must not know the model.',
  },
  {
    area: 'shared/admission',
    may: ['shared/k8s', 'shared/lib'],
    instead: 'Admission judges exported objects, so it must not know the model.',
  },
  {
    area: 'shared/proof/intent',
    may: ['shared/model', 'shared/catalog', 'shared/lib'],
    instead: 'What a drawing means is computed without the compilers, or the proof would agree with itself.',
  },
  {
    area: 'shared/proof',
    may: ['shared/model', 'shared/catalog', 'shared/k8s', 'shared/reach', 'shared/admission', 'shared/lib'],
    instead: 'The proof reads printed manifests, so it takes them as an argument.',
  },
  {
    area: 'shared/diff',
    may: ['shared/model', 'shared/k8s', 'shared/reach', 'shared/compile', 'shared/lib'],
    instead: 'Compare results; compute them in analysis.',
  },
  {
    area: 'shared/review',
    may: ['shared/lib'],
    instead: 'The file of a review knows differences by key and fingerprint only; let the caller make those.',
  },
  {
    // An arrow stands for what policies allow, and only the engine knows that.
    area: 'shared/importing',
    may: ['shared/model', 'shared/catalog', 'shared/k8s', 'shared/reach', 'shared/lib'],
    instead: 'An import reads objects and proposes a design; hold the two against each other in analysis.',
  },
  {
    area: 'shared/observed',
    may: ['shared/model', 'shared/catalog', 'shared/proof', 'shared/reach', 'shared/lib'],
    instead: 'What was seen is held against what the drawing means, whatever an export makes of it.',
  },
  {
    area: 'shared/report',
    may: [
      'shared/model',
      'shared/diff',
      'shared/compile',
      'shared/proof',
      'shared/reach',
      'shared/observed',
      'shared/lib',
    ],
    instead: 'A report prints results; compute them in analysis.',
  },
  {
    area: 'shared/analysis',
    may: ['shared/(?!testing|host)'],
    instead: 'Nothing in shared imports analysis; split the caller.',
  },
  {
    area: 'shared/host',
    may: ['shared/model', 'shared/document', 'shared/lib'],
    instead: 'What crosses the process border is plain data.',
  },
  { area: 'renderer/ui', may: ['shared/lib'], instead: 'Primitives know no store and no domain; pass props.' },
  {
    area: 'renderer/host',
    may: ['shared/host', 'shared/document', 'shared/lib'],
    instead: 'A host moves bytes; it interprets no design.',
  },
  {
    area: 'renderer',
    may: ['shared/(?!testing)'],
    instead: 'The window reaches files through a Host (renderer/host).',
  },
  { area: 'electron/files', may: ['shared/lib'], instead: 'File handling knows no Electron and no design.' },
  {
    area: 'electron',
    may: ['shared/host', 'shared/document', 'shared/lib'],
    instead: 'The shell computes nothing; ask the window or the command line.',
  },
  {
    area: 'cli',
    may: ['shared/(?!testing)', 'electron/files'],
    instead: 'The command line shares files with the shell and everything else with shared.',
  },
  { area: 'e2e', may: ['shared/testing'], instead: 'End-to-end tests speak through the window, like a user.' },
];

const isTest = '\\.(test|bench)\\.tsx?$';

/** Areas deeper in the table (renderer/ui) are carved out of the wider row (renderer). */
function carvedOut(area) {
  return layers.map((l) => l.area).filter((other) => other !== area && other.startsWith(`${area}/`));
}

const layerRules = layers.map(({ area, may, instead }) => ({
  name: `layer-${area.replaceAll('/', '-')}`,
  severity: 'error',
  comment: `${area} may import ${['itself', ...may].join(', ')}. ${instead}`,
  from: { path: `^${area}/`, pathNot: [isTest, ...carvedOut(area).map((a) => `^${a}/`)] },
  to: {
    path: '^(shared|renderer|electron|cli|e2e|templates)/',
    pathNot: [`^${area}/`, ...may.map((m) => (m.endsWith(')') ? `^${m}` : `^${m}/`))],
  },
}));

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'through-the-front-door',
      severity: 'error',
      comment: 'Another area of shared is entered by its index.ts only; export what you need there.',
      from: { path: '^(shared/[^/]+|renderer|electron|cli|e2e)/', pathNot: [isTest, '^shared/testing/'] },
      to: { path: '^shared/[^/]+/.+', pathNot: ['^shared/[^/]+/index\\.ts$', '^$1/', '^shared/(lib|testing)/'] },
    },
    {
      name: 'a-rule-imports-no-rule',
      severity: 'error',
      comment: 'Rules stand alone; put what two of them share into define.ts or a helper beside it.',
      from: { path: '^shared/rules/([^/]+/[^/]+)\\.ts$', pathNot: isTest },
      to: { path: '^shared/rules/[^/]+/[^/]+\\.ts$' },
    },
    {
      name: 'a-panel-imports-no-panel',
      severity: 'error',
      comment: 'Panels meet in the store, never in each other.',
      from: { path: '^renderer/panels/([^/]+)/' },
      to: { path: '^renderer/panels/([^/]+)/', pathNot: '^renderer/panels/$1/' },
    },
    {
      name: 'shell-files-know-no-electron',
      severity: 'error',
      comment: 'electron/files is shared with the web host and the command line.',
      from: { path: '^electron/files/' },
      to: { path: '^(node_modules/)?electron', pathNot: '^electron/files/' },
    },
    {
      name: 'a-start-loads-no-command',
      severity: 'error',
      comment: 'Every start waits for what the entry imports; load a command when it is asked for, by import().',
      from: { path: '^cli/(zonewright|run|command|live-line)\\.ts$' },
      to: { path: '^(cli/(?!run\\.|command\\.|live-line\\.)|shared/(?!lib/))', dynamic: false },
    },
    {
      name: 'tests-helpers-stay-in-tests',
      severity: 'error',
      comment: 'shared/testing is for tests only.',
      from: { path: '^(shared|renderer|electron|cli)/', pathNot: [isTest, '^shared/testing/'] },
      to: { path: '^shared/testing/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle means two files are one idea, or one idea sits in the wrong file.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nobody-imports-it',
      severity: 'error',
      comment: 'Dead file: delete it, or list it where it belongs.',
      from: {
        orphan: true,
        pathNot: [
          isTest,
          '\\.d\\.ts$',
          '^e2e/',
          '^cli/(bin\\.mjs|dev/)',
          '^electron/(main|preload|web)\\.ts$',
          '^renderer/(main\\.tsx|.*-worker\\.ts)$',
        ],
      },
      to: {},
    },
    {
      name: 'resolves',
      severity: 'error',
      comment: 'The import does not resolve.',
      from: {},
      to: { couldNotResolve: true, pathNot: '^electron$' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|cases)/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.css'],
    },
  },
};
