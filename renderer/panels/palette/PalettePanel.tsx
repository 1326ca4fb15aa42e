import { paletteType } from '../../canvas/index.ts';
import { useStores, useUi } from '../../store/stores.tsx';
import type { Tool } from '../../store/ui-store.ts';
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

const isolations = [
  { look: 'one', label: 'Shared kernel', example: 'runc' },
  { look: 'double', label: 'User-space kernel', example: 'gVisor' },
  { look: 'thick', label: 'Virtual machine', example: 'Kata' },
];

export function PalettePanel() {
  const tool = useUi((s) => s.tool);
  const { ui } = useStores();
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
      </ul>
      <h2 className="panel-heading">Isolation</h2>
      <ul className="palette__list">
        {isolations.map((i) => (
          <li key={i.look} className="palette__legend">
            <span className={`palette__shape palette__shape--${i.look}`} aria-hidden />
            <span className="palette__label">{i.label}</span>
            <span className="palette__example">{i.example}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
