import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { menuItem } from '../../actions/menu-items.tsx';
import { platformActions } from '../../actions/platform.ts';
import { useActionContext, useRunAction } from '../../actions/use-actions.tsx';
import { paletteType } from '../../canvas/index.ts';
import { useStores, useUi } from '../../store/stores.tsx';
import type { Tool } from '../../store/ui-store.ts';
import { Menu } from '../../ui/Menu.tsx';
import './palette.css';

const items: ReadonlyArray<{ readonly tool: Tool; readonly label: string; readonly key: string }> = [
  { tool: 'zone', label: 'Zone', key: 'Z' },
  { tool: 'cluster', label: 'Cluster', key: 'C' },
  { tool: 'namespace', label: 'Namespace', key: 'N' },
  { tool: 'workload', label: 'Workload', key: 'W' },
  { tool: 'external', label: 'External', key: 'E' },
  { tool: 'endpoint', label: 'Storage endpoint', key: 'S' },
  { tool: 'flow', label: 'Flow', key: 'F' },
];

/** What the outlines of workloads mean; pressed, they are given to the selected ones. */
const isolations = [
  { action: 'isolate.shared-kernel', look: 'one', label: 'Shared kernel', example: 'runc' },
  { action: 'isolate.user-space-kernel', look: 'double', label: 'User-space kernel', example: 'gVisor' },
  { action: 'isolate.virtual-machine', look: 'thick', label: 'Virtual machine', example: 'Kata' },
];

export function PalettePanel() {
  const tool = useUi((s) => s.tool);
  const { ui } = useStores();
  const run = useRunAction();
  return (
    <section className="palette" aria-label="Draw">
      <h2 className="panel-heading">Draw</h2>
      <ul className="palette__list">
        {items.map((item) => (
          <li key={item.tool}>
            <button
              type="button"
              draggable={item.tool !== 'flow'}
              data-testid={`tool-${item.tool}`}
              aria-pressed={tool === item.tool}
              title={
                item.tool === 'flow'
                  ? `Click, then drag from one card to another (${item.key})`
                  : `Click, then draw on the canvas, or drag it there (${item.key})`
              }
              className={`palette__item${tool === item.tool ? ' is-on' : ''}`}
              onClick={() => ui.getState().set({ tool: tool === item.tool ? 'select' : item.tool })}
              onDragStart={(e) => {
                e.dataTransfer.setData(paletteType, item.tool);
                e.dataTransfer.effectAllowed = 'copy';
              }}
            >
              <span className={`palette__shape palette__shape--${item.tool}`} aria-hidden />
              <span className="palette__label">{item.label}</span>
              <kbd className="ui-kbd">{item.key}</kbd>
            </button>
          </li>
        ))}
        <li>
          <PlatformTraffic />
        </li>
      </ul>
      <h2 className="panel-heading">Isolation</h2>
      <ul className="palette__list">
        {isolations.map((i) => (
          <li key={i.look}>
            <button
              type="button"
              className="palette__item palette__item--isolation"
              data-testid={i.action}
              title={`${i.label}: this outline. Click to give it to the selected workloads.`}
              onClick={() => run(i.action)}
            >
              <span className={`palette__shape palette__shape--${i.look}`} aria-hidden />
              <span className="palette__label">{i.label}</span>
              <span className="palette__example">{i.example}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Ready-made records: what runs beside the applications, with the flows that keep the first rollout from cutting it off. */
function PlatformTraffic() {
  const context = useActionContext();
  const [at, setAt] = useState<{ readonly x: number; readonly y: number }>();
  return (
    <>
      <button
        type="button"
        data-testid="palette-platform"
        aria-haspopup="menu"
        aria-expanded={at !== undefined}
        title="Monitoring, webhooks and the Kubernetes API, with the flows they need"
        className={`palette__item palette__item--menu${at === undefined ? '' : ' is-on'}`}
        onClick={(e) => {
          const { right, top } = e.currentTarget.getBoundingClientRect();
          setAt({ x: right + 4, y: top });
        }}
      >
        <span className="palette__shape palette__shape--platform" aria-hidden />
        <span className="palette__label">Platform traffic</span>
        <ChevronRight size={14} aria-hidden className="palette__more" />
      </button>
      {at !== undefined && (
        <Menu
          label="Platform traffic"
          at={at}
          onClose={() => setAt(undefined)}
          items={platformActions.map((action) => menuItem(action, context))}
        />
      )}
    </>
  );
}
