/** What would be exported: files, the YAML of one, and for each object the records that caused it. */
import { Copy, FileCode2, FileText, Folder, FolderOpen, Search } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { Bundle, BundleFile, BundleObject, CoverageNote } from '../../../shared/compile/index.ts';
import { findRecord, kinds, lookup, type Ref, refKey } from '../../../shared/model/index.ts';
import { useExport } from '../../session/use-export.ts';
import { usePaneSize } from '../../session/use-pane-size.ts';
import { useDocument, useStores, useUi } from '../../store/stores.tsx';
import { CodeView } from '../../ui/CodeView.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { groupBy } from '../../ui/group-by.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { SplitView } from '../../ui/SplitView.tsx';
import { type TreeItem, TreeList } from '../../ui/TreeList.tsx';
import { fileTree } from './file-tree.ts';
import './manifests.css';

const coveragePath = 'coverage';

export function ManifestsPanel() {
  const { bundle } = useExport();
  const treeSize = usePaneSize('manifestTree', 280);
  const sideSize = usePaneSize('manifestSide', 288);
  const opened = useUi((s) => s.manifest?.path);
  const selection = useUi((s) => s.selection);
  if (bundle === undefined) return <EmptyState title="Compiling…" />;
  if (!bundle.files.some((f) => f.objects.length > 0)) {
    return (
      <EmptyState icon={<FileCode2 size={24} aria-hidden />} title="Nothing to export yet">
        Draw a zone, a cluster in it and a namespace in the cluster; their manifests appear here while you draw.
      </EmptyState>
    );
  }
  const file = bundle.files.find((f) => f.path === opened);
  const shown = file ?? (opened === coveragePath ? undefined : firstOf(bundle, selection));
  return (
    <SplitView
      side="left"
      label="Resize file tree"
      isOpen
      min={180}
      max={520}
      {...treeSize}
      pane={<FileTree bundle={bundle} shown={shown?.path ?? coveragePath} />}
    >
      {shown === undefined ? (
        <Coverage notes={bundle.coverage} />
      ) : (
        <SplitView
          side="right"
          label="Resize object list"
          isOpen
          min={220}
          max={480}
          {...sideSize}
          pane={<Objects file={shown} />}
        >
          <FileView file={shown} />
        </SplitView>
      )}
    </SplitView>
  );
}

/** What to show before somebody chose a file: the first that the selection caused, else the first cluster's policies. */
function firstOf(bundle: Bundle, selection: readonly Ref[]): BundleFile | undefined {
  const keys = new Set(selection.map(refKey));
  const withObjects = bundle.files.filter((f) => f.objects.length > 0);
  return (
    withObjects.find((f) => f.objects.some((o) => o.causes.some((c) => keys.has(refKey(c))))) ??
    withObjects.find((f) => f.path.includes('/policies/')) ??
    withObjects[0]
  );
}

function FileTree({ bundle, shown }: { readonly bundle: Bundle; readonly shown: string }) {
  const { ui } = useStores();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [filter, setFilter] = useState('');
  const caused = useCausedBySelection(bundle);
  const nodes = useMemo(() => fileTree(bundle.files, folded, filter), [bundle, folded, filter]);
  const items: TreeItem[] = nodes.map((n) => {
    const isFolder = n.file === undefined;
    const isExpanded = isFolder && (filter !== '' || !folded.has(n.path));
    const count = caused.get(n.path);
    return {
      id: n.path,
      depth: n.depth,
      label: n.name,
      isExpandable: isFolder,
      isExpanded,
      icon: fileIcon(isFolder, isExpanded, n.name),
      testId: isFolder ? `manifest-folder-${n.path}` : `manifest-file-${n.path}`,
      ...(n.file && n.file.objects.length > 1 && { note: n.file.objects.length }),
      ...(count !== undefined && {
        end: (
          <span className="manifests__caused" title={`${count} objects caused by the selection`}>{`◆ ${count}`}</span>
        ),
      }),
    };
  });
  const notEnforced = bundle.coverage.filter((c) => c.state === 'not-enforced').length;
  const toggle = (path: string) => {
    const next = new Set(folded);
    if (!next.delete(path)) next.add(path);
    setFolded(next);
  };
  return (
    <div className="manifests__tree">
      <div className="manifests__head">
        <h2 className="panel-heading">{`${bundle.files.length} files`}</h2>
      </div>
      <label className="manifests__search">
        <Search size={13} aria-hidden />
        <input
          type="text"
          aria-label="Filter files and objects"
          placeholder="Filter files and objects"
          spellCheck={false}
          value={filter}
          onChange={(e) => setFilter(e.target.value)}
        />
      </label>
      <div className="manifests__files">
        <TreeList
          label="Files of the export"
          items={items}
          selected={new Set([shown])}
          onToggle={toggle}
          onSelect={(path) => {
            if (path.endsWith('/')) toggle(path);
            else ui.getState().set({ manifest: { path } });
          }}
        />
      </div>
      <button
        type="button"
        className={`manifests__coverage-button${shown === coveragePath ? ' is-on' : ''}`}
        data-testid="manifest-coverage"
        onClick={() => ui.getState().set({ manifest: { path: coveragePath } })}
      >
        What cannot be enforced
        <span>{notEnforced}</span>
      </button>
    </div>
  );
}

function fileIcon(isFolder: boolean, isExpanded: boolean, name: string): ReactNode {
  if (isFolder) return isExpanded ? <FolderOpen size={14} aria-hidden /> : <Folder size={14} aria-hidden />;
  return /\.ya?ml$/.test(name) ? <FileCode2 size={14} aria-hidden /> : <FileText size={14} aria-hidden />;
}

function FileView({ file }: { readonly file: BundleFile }) {
  const manifest = useUi((s) => s.manifest);
  const selection = useUi((s) => s.selection);
  const { ui } = useStores();
  const keys = useMemo(() => new Set(selection.map(refKey)), [selection]);
  const caused = file.objects.filter((o) => o.causes.some((c) => keys.has(refKey(c))));
  const line = manifest?.path === file.path ? manifest.line : undefined;
  const current = line === undefined ? undefined : objectAt(file, line);
  const highlighted = (current === undefined ? caused : [current]).map((o) => ({ start: o.startLine, end: o.endLine }));
  const firstCaused = caused[0]?.startLine;
  const reveal = line ?? firstCaused;
  const isYaml = /\.ya?ml$/.test(file.path);
  return (
    <section className="manifests__file" data-testid="manifest-text" aria-label="File">
      <div className="manifests__head manifests__head--file">
        <h2 title={file.path}>{file.path}</h2>
        <IconButton
          label="Copy the file"
          icon={<Copy size={15} aria-hidden />}
          onClick={() => {
            void navigator.clipboard.writeText(file.text).then(
              () => ui.getState().show({ tone: 'success', text: `Copied ${file.path}.` }),
              () =>
                ui.getState().show({
                  tone: 'error',
                  text: 'The browser does not allow copying here. Select the text and copy it.',
                }),
            );
          }}
        />
      </div>
      <div className="manifests__code">
        {/\.md$/.test(file.path) ? (
          <pre className="manifests__prose">{file.text}</pre>
        ) : (
          <CodeView
            key={file.path}
            text={file.text}
            language={isYaml ? 'yaml' : 'text'}
            label={file.path}
            highlighted={highlighted}
            {...(reveal !== undefined && { revealLine: reveal })}
            onLine={(n) => {
              const object = objectAt(file, n);
              if (object === undefined) return;
              ui.getState().select(object.causes);
              ui.getState().set({ manifest: { path: file.path, line: object.startLine } });
            }}
          />
        )}
      </div>
    </section>
  );
}

/** The objects of the file, and what caused them. */
function Objects({ file }: { readonly file: BundleFile }) {
  const topology = useDocument((s) => s.topology);
  const manifest = useUi((s) => s.manifest);
  const { ui } = useStores();
  const current =
    manifest?.path === file.path && manifest.line !== undefined ? objectAt(file, manifest.line) : undefined;
  const causes = current?.causes ?? file.causes;
  const index = lookup(topology);
  const known = causes.filter((c) => findRecord(topology, c) !== undefined);
  return (
    <div className="manifests__side">
      {file.objects.length > 0 && (
        <>
          <h2 className="panel-heading">Objects</h2>
          <ul className="manifests__list">
            {file.objects.map((o) => (
              <li key={o.startLine}>
                <button
                  type="button"
                  className={`manifests__row${o === current ? ' is-on' : ''}`}
                  title={`${o.kind} ${o.name}, lines ${o.startLine} to ${o.endLine}`}
                  onClick={() => {
                    ui.getState().select(o.causes);
                    ui.getState().set({ manifest: { path: file.path, line: o.startLine } });
                  }}
                >
                  <span className="manifests__object">{o.name}</span>
                  <span className="manifests__kind">{o.kind}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2 className="panel-heading">{current === undefined ? 'Caused by' : `${current.name} is caused by`}</h2>
      {known.length === 0 ? (
        <p className="manifests__none">The design as a whole.</p>
      ) : (
        <ul className="manifests__list">
          {known.map((c) => (
            <li key={refKey(c)}>
              <button
                type="button"
                className="manifests__row"
                data-testid={`cause-${c.kind}-${c.id}`}
                title="Show on the canvas"
                onClick={() => ui.getState().revealRefs([c])}
              >
                <span className="manifests__object">{index.titleOf(c)}</span>
                <span className="manifests__kind">{kinds[c.kind].label}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Coverage({ notes }: { readonly notes: readonly CoverageNote[] }) {
  const clusters = groupBy(notes, (n) => n.cluster);
  return (
    <section className="manifests__coverage" aria-label="Coverage">
      <h1>What the manifests enforce, and what they cannot</h1>
      {notes.length === 0 && <p>There is no cluster yet.</p>}
      {[...clusters].map(([cluster, members]) => (
        <section key={cluster}>
          <h2>{cluster}</h2>
          <dl>
            {[...members]
              .sort((a, b) => Number(a.state === 'enforced') - Number(b.state === 'enforced'))
              .map((n) => (
                <div
                  key={`${n.state} ${n.subject} ${n.text}`}
                  className={n.state === 'enforced' ? 'is-enforced' : 'is-open'}
                >
                  <dt>
                    <span aria-hidden>{n.state === 'enforced' ? '✓' : '▲'}</span>
                    {n.subject}
                    <span className="visually-hidden">{n.state === 'enforced' ? ', enforced' : ', not enforced'}</span>
                  </dt>
                  <dd>
                    {n.text}
                    {n.by !== undefined && <span className="manifests__by">{`By ${n.by.join(', ')}.`}</span>}
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </section>
  );
}

function objectAt(file: BundleFile, line: number): BundleObject | undefined {
  return file.objects.find((o) => line >= o.startLine && line <= o.endLine);
}

/** How many objects of each file the selected records caused, and for folders of all files in them. */
function useCausedBySelection(bundle: Bundle): ReadonlyMap<string, number> {
  const selection = useUi((s) => s.selection);
  return useMemo(() => {
    const keys = new Set(selection.map((r: Ref) => refKey(r)));
    const counts = new Map<string, number>();
    if (keys.size === 0) return counts;
    for (const file of bundle.files) {
      const n = file.objects.filter((o) => o.causes.some((c) => keys.has(refKey(c)))).length;
      if (n > 0) counts.set(file.path, n);
    }
    return counts;
  }, [bundle, selection]);
}
