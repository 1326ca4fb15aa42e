import { actions } from '../../actions/registry.ts';
import { formatShortcut } from '../../actions/shortcuts.ts';
import { isMac } from '../../actions/use-actions.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { groupBy } from '../../ui/group-by.ts';
import './shortcuts.css';

/** What the canvas does with keys and mouse beside the actions. */
const gestures: ReadonlyArray<readonly [what: string, how: string]> = [
  ['Go from card to card', 'Arrow keys; Home and End for the first and the last'],
  ['Move what is selected', 'Ctrl, ⌘ or Alt and an arrow key; with Shift further'],
  ['Connect', 'Drag from a handle to another shape'],
  ['Rename in place', 'Double-click'],
  ['Select several', 'Shift and drag, or Shift and click'],
  ['Move the view', 'Space and drag, or the wheel'],
  ['Cancel', 'Esc'],
];

/** Single keys of the review, which has no actions of its own. */
const review: ReadonlyArray<readonly [what: string, keys: readonly string[]]> = [
  ['Next, previous difference', ['J', 'K']],
  ['Next that is not reviewed', ['N']],
  ['Accept, reject', ['A', 'X']],
  ['The same for the whole edit', ['Shift A', 'Shift X']],
  ['Accept all that the list shows', ['Shift E']],
  ['Take the last decision back', ['Z']],
  ['Comment', ['C']],
  ['Take a decision back', ['U']],
  ['Both, before, after, slider, side by side', ['1', '…', '5']],
  ['Choose the older, the newer side', ['B', 'Shift B']],
  ['Swap the sides', ['S']],
  ['Search', ['/']],
];

export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const groups = groupBy(
    actions.filter((a) => a.shortcuts !== undefined),
    (a) => a.group,
  );
  return (
    <Dialog title="Keyboard shortcuts" width={1040} testId="shortcuts-dialog" onClose={onClose}>
      <div className="shortcuts">
        {[...groups].map(([group, members]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {members.map((a) => (
                <div key={a.id}>
                  <dt>{a.label.replace('…', '')}</dt>
                  <dd>
                    {a.shortcuts?.map((s) => (
                      <kbd key={s} className="shortcuts__key">
                        {formatShortcut(s, isMac)}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>In the review</h3>
          <dl>
            {review.map(([what, keys]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>
                  {keys.map((key) => (
                    <kbd key={key} className="shortcuts__key">
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>On the canvas</h3>
          <dl>
            {gestures.map(([what, how]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd className="shortcuts__how">{how}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}
