/** Where panels sit around the canvas, view by view. */

import { ChevronDown } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Proof } from '../shared/analysis/index.ts';
import { contextMenuItems } from './actions/menu-items.tsx';
import { useActionContext } from './actions/use-actions.tsx';
import { Canvas } from './canvas/index.ts';
import { BlastPanel, ExplainPanel } from './panels/explain/index.ts';
import { InspectorPanel } from './panels/inspector/index.ts';
import { ManifestList, ManifestsPanel } from './panels/manifests/index.ts';
import { MatrixPanel } from './panels/matrix/index.ts';
import { ObservedPanel } from './panels/observed/index.ts';
import { OutlinePanel } from './panels/outline/index.ts';
import { PalettePanel } from './panels/palette/index.ts';
import { ProblemsPanel } from './panels/problems/index.ts';
import { ProofPanel } from './panels/proof/index.ts';
import { ReviewPanel } from './panels/review/index.ts';
import { usePaneSize } from './session/use-pane-size.ts';
import { countBySeverity, useProblems } from './session/use-problems.ts';
import { useAnalysis, useObserved, useStores, useUi } from './store/stores.tsx';
import type { BottomTab } from './store/ui-store.ts';
import { IconButton } from './ui/IconButton.tsx';
import { Menu } from './ui/Menu.tsx';
import { SplitView } from './ui/SplitView.tsx';
import { Tabs } from './ui/Tabs.tsx';

export function Workspace() {
  const view = useUi((s) => s.view);
  switch (view) {
    case 'matrix':
      return <MatrixPanel />;
    case 'manifests':
      return <ManifestsPanel />;
    case 'review':
      return <ReviewPanel />;
    case 'design':
      return <DesignView />;
  }
}

function DesignView() {
  const leftOpen = useUi((s) => s.leftOpen);
  const rightOpen = useUi((s) => s.rightOpen);
  const bottomOpen = useUi((s) => s.bottomOpen);
  const left = usePaneSize('leftSize', isNarrow() ? 188 : 228);
  const right = usePaneSize('rightSize', isNarrow() ? 248 : 288);
  // A log is walked entry by entry, which wants more rows than a glance at the problems.
  const isObserving = useUi((s) => s.bottomTab === 'observed');
  const bottom = usePaneSize(isObserving ? 'observedSize' : 'bottomSize', isObserving ? 236 : 172);
  const { menu, onContextMenu } = useContextMenu();
  return (
    <>
      <SplitView
        side="left"
        label="Resize palette and outline"
        isOpen={leftOpen}
        min={168}
        max={420}
        {...left}
        pane={
          <div className="left-pane">
            <PalettePanel />
            <OutlinePanel onContextMenu={onContextMenu} />
          </div>
        }
      >
        <SplitView
          side="right"
          label="Resize inspector"
          isOpen={rightOpen}
          min={240}
          max={520}
          {...right}
          pane={<RightPane />}
        >
          <SplitView
            side="bottom"
            label="Resize problems"
            isOpen={bottomOpen}
            min={88}
            max={520}
            {...bottom}
            pane={<BottomPane />}
          >
            <div className="canvas-pane">
              <Canvas onContextMenu={(_, x, y) => onContextMenu({ x, y })} />
            </div>
          </SplitView>
        </SplitView>
      </SplitView>
      {menu}
    </>
  );
}

/** Beside the canvas: the inspector, or what was asked about the picture. */
function RightPane() {
  const isExplaining = useUi((s) => s.explain !== undefined);
  const blast = useUi((s) => s.blast);
  if (isExplaining) return <ExplainPanel />;
  if (blast !== undefined) return <BlastPanel origin={blast} />;
  return <InspectorPanel />;
}

function BottomPane() {
  const tab = useUi((s) => s.bottomTab);
  const { ui } = useStores();
  const counts = countBySeverity(useProblems());
  const objects = useAnalysis((s) => s.analysis?.bundle.files.reduce((n, f) => n + f.objects.length, 0) ?? 0);
  const differing = useAnalysis((s) => countDifferences(s.proof));
  const breaking = useObserved((s) => s.observed?.notDrawn.length);
  const context = useActionContext();
  const grave = counts.error + counts.warning;
  return (
    <div className="bottom-pane">
      <div className="bottom-pane__head">
        <Tabs
          label="Below the canvas"
          value={tab === 'matrix' ? 'problems' : tab}
          onChange={(bottomTab) => ui.getState().set({ bottomTab })}
          items={[
            {
              id: 'problems',
              label: 'Problems',
              note: grave > 0 ? grave : undefined,
              noteTitle: `${plural(counts.error, 'error')}, ${plural(counts.warning, 'warning')}`,
              testId: 'bottom-problems',
            },
            {
              id: 'proof',
              label: 'Proof',
              note: differing > 0 ? differing : undefined,
              noteTitle: plural(differing, 'difference'),
              testId: 'bottom-proof',
            },
            {
              id: 'manifests',
              label: 'Manifests',
              note: objects,
              noteTitle: plural(objects, 'object'),
              testId: 'bottom-manifests',
            },
            {
              id: 'observed',
              label: 'Observed',
              note: breaking,
              noteTitle: `${breaking} seen and not drawn`,
              testId: 'bottom-observed',
            },
          ]}
        />
        <IconButton
          label="Fold away"
          icon={<ChevronDown size={15} aria-hidden />}
          onClick={() => {
            ui.getState().set({ bottomOpen: false });
            context.session.rememberPanels({ bottom: false });
          }}
        />
      </div>
      <div className="bottom-pane__body">
        <BottomPanel tab={tab} />
      </div>
    </div>
  );
}

function BottomPanel({ tab }: { readonly tab: BottomTab }) {
  switch (tab) {
    case 'manifests':
      return <ManifestList />;
    case 'proof':
      return <ProofPanel />;
    case 'observed':
      return <ObservedPanel />;
    default:
      return <ProblemsPanel />;
  }
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function countDifferences(proof: Proof | undefined): number {
  if (proof === undefined) return 0;
  const all = [proof.connections, proof.placement, proof.storage, proof.runtime];
  return all.flatMap(({ counts }) => Object.values<number>(counts)).reduce((sum, count) => sum + count, 0);
}

/** The context menu of canvas and outline: what can be done with what is selected. */
function useContextMenu(): {
  readonly menu: ReactNode;
  readonly onContextMenu: (at: { readonly x: number; readonly y: number }) => void;
} {
  const context = useActionContext();
  const [at, setAt] = useState<{ x: number; y: number }>();
  const [close] = useState(() => () => setAt(undefined));
  return {
    onContextMenu: (point) => setAt({ x: point.x, y: point.y }),
    menu: at !== undefined && (
      <Menu label="Actions" testId="context-menu" at={at} onClose={close} items={contextMenuItems(context)} />
    ),
  };
}

/** Where the picture would be the smallest of the three columns, they begin narrower. */
function isNarrow(): boolean {
  return window.innerWidth < 1200;
}
