/** An answer as it is read: the verdict first, then each side from tier to tier, then what would turn it. */
import { Ban, Check, ChevronRight, CircleDot, Minus } from 'lucide-react';
import { useState } from 'react';
import type {
  ExplainAnswer,
  ExplainedCase,
  ExplainedDirection,
  ExplainedRule,
  ExplainedTier,
  ExplainQuestion,
} from '../../../shared/analysis/index.ts';
import { commands, freeId } from '../../../shared/commands/index.ts';
import { lookup, type Ref, refKey } from '../../../shared/model/index.ts';
import { useDocument, useStores } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';

const verdicts = { allowed: 'Allowed', denied: 'Denied', partly: 'Allowed in part' } as const;

export function Answer({
  answer,
  question,
  isBusy,
}: {
  readonly answer: ExplainAnswer;
  readonly question: ExplainQuestion;
  readonly isBusy: boolean;
}) {
  const { ui } = useStores();
  const Icon = answer.verdict === 'denied' ? Ban : answer.verdict === 'allowed' ? Check : CircleDot;
  return (
    <div className={`explain__answer${isBusy ? ' is-old' : ''}`} aria-live="polite">
      <section className={`explain__verdict is-${answer.verdict}`} data-testid="explain-verdict">
        <p className="explain__word">
          <Icon size={20} strokeWidth={2.5} aria-hidden />
          {verdicts[answer.verdict]}
        </p>
        <p className="explain__headline">{answer.headline}</p>
      </section>
      <Drawn answer={answer} question={question} />
      {answer.legs.length > 0 && (
        <div className="explain__note">
          The drawn flow enters through a proxy, so it is two connections:
          <ul className="explain__legs">
            {answer.legs.map((leg) => (
              <li key={leg.text}>
                <button
                  type="button"
                  className="explain__link"
                  onClick={() => ui.getState().set({ explain: { from: leg.from, to: leg.to } })}
                >
                  {leg.text}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {answer.notes.map((note) => (
        <p key={note} className="explain__note">
          {note}
        </p>
      ))}
      {answer.cases.map((one, i) => (
        <Case key={`${one.verdict} ${one.title}`} one={one} isOnly={answer.cases.length === 1} startsOpen={i === 0} />
      ))}
      {answer.choices.length > 0 && (
        <details className="explain__choices">
          <summary>What Kubernetes leaves open, and how it is read here</summary>
          <ul>
            {answer.choices.map((choice) => (
              <li key={choice}>{choice}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** What the drawing has to do with it: the flows that mean the pair, or a way to draw one. */
function Drawn({ answer, question }: { readonly answer: ExplainAnswer; readonly question: ExplainQuestion }) {
  const { documents, ui } = useStores();
  const topology = useDocument((s) => s.topology);
  const { from, to, port } = question;
  if (answer.drawn.length > 0) {
    return (
      <p className="explain__drawn" data-testid="explain-drawn">
        {'Drawn: '}
        <Causes causes={answer.drawn} />
      </p>
    );
  }
  if (answer.cases.length === 0 || answer.legs.length > 0) return null;
  const index = lookup(topology);
  const [a, b] = [from, to].map((end) => (end.kind === 'addresses' ? undefined : index.zoneOf(end)));
  const isBlocked = a !== undefined && b !== undefined && index.matrix(a, b)?.access === 'block-all';
  const isDrawable =
    !isBlocked &&
    from.kind !== 'addresses' &&
    to.kind !== 'addresses' &&
    answer.verdict === 'denied' &&
    port !== undefined;
  return (
    <p className="explain__drawn" data-testid="explain-drawn">
      {`No flow is drawn for this pair${isBlocked ? ', and the matrix blocks it between these zones' : ''}.`}
      {isDrawable && (
        <Button
          look="link"
          size="small"
          testId="explain-draw"
          onClick={() => {
            const id = freeId(topology, 'flow', `${from.id}-${to.id}`);
            const end = ({ kind, id: of }: typeof from) => (kind === 'workload' ? { workload: of } : { external: of });
            documents.getState().run(commands['flow/connect'], {
              id,
              from: end(from),
              to: end(to),
              ports: [{ port: port.port, ...(port.protocol !== 'TCP' && { protocol: port.protocol }) }],
            });
            ui.getState().revealRefs([{ kind: 'flow', id }]);
          }}
        >
          Draw it
        </Button>
      )}
    </p>
  );
}

function Case({
  one,
  isOnly,
  startsOpen,
}: {
  readonly one: ExplainedCase;
  readonly isOnly: boolean;
  readonly startsOpen: boolean;
}) {
  const [isOpen, setOpen] = useState(startsOpen);
  const body = (
    <>
      {one.directions.map((direction) => (
        <Direction key={direction.direction} of={direction} />
      ))}
      {one.changes.length > 0 && (
        <section className="explain__change">
          <h3>
            {one.verdict === 'denied'
              ? 'The smallest change that would allow it'
              : 'The smallest change that would deny it'}
          </h3>
          <ul>
            {one.changes.map((change) => (
              <li key={change.text}>
                {change.text} {change.place !== undefined && <PlaceLink place={change.place} />}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
  if (isOnly) return <div className="explain__case">{body}</div>;
  return (
    <section className="explain__case">
      <button type="button" className="explain__case-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <ChevronRight size={12} aria-hidden className={isOpen ? 'is-open' : undefined} />
        <span className="explain__case-title">{one.title}</span>
        <span className={`explain__badge is-${one.verdict}`}>{one.verdict}</span>
      </button>
      {isOpen && body}
    </section>
  );
}

function Direction({ of }: { readonly of: ExplainedDirection }) {
  return (
    <section className="explain__direction" data-testid={`explain-${of.direction}`}>
      <header>
        <h3>{of.title}</h3>
        <span className={`explain__badge is-${of.verdict}`}>{of.verdict}</span>
      </header>
      {of.tiers.length === 0 ? (
        <p className="explain__decision">{of.decision}</p>
      ) : (
        <>
          <ol className="explain__tiers">
            {of.tiers.map((tier) => (
              <Tier key={tier.tier} tier={tier} />
            ))}
          </ol>
          {of.tiers.every((t) => t.outcome === 'passes') && <p className="explain__decision">{of.decision}</p>}
        </>
      )}
    </section>
  );
}

/** What did not decide is shown only where it says why something is denied; the rest on request. */
const mostNear = 3;
const mostIsolating = 2;

function Tier({ tier }: { readonly tier: ExplainedTier }) {
  const [isWhole, setWhole] = useState(false);
  const deciding = tier.rules.filter((r) => r.outcome === 'allows' || r.outcome === 'denies' || r.outcome === 'passes');
  const near = tier.rules.filter((r) => r.outcome === 'not-the-peer' || r.outcome === 'not-the-port');
  const isolating = tier.rules.filter((r) => r.outcome === 'isolates');
  const few =
    tier.outcome === 'denies'
      ? [...deciding, ...isolating.slice(0, mostIsolating), ...near.slice(0, mostNear)]
      : deciding;
  const rules = isWhole ? [...deciding, ...isolating, ...near] : few;
  return (
    <li className={`explain__tier is-${tier.outcome}`}>
      <span className="explain__dot">
        {tier.outcome === 'allows' ? (
          <Check size={10} strokeWidth={3.5} aria-hidden />
        ) : tier.outcome === 'denies' ? (
          <Ban size={10} strokeWidth={3} aria-hidden />
        ) : (
          <Minus size={10} aria-hidden />
        )}
      </span>
      <p className="explain__tier-text">
        <strong>{tier.title}</strong>
        {` ${tier.text}`}
      </p>
      {rules.length > 0 && (
        <ul className="explain__rules">
          {rules.map((rule) => (
            <Rule
              key={`${rule.outcome} ${rule.place.kind} ${rule.place.namespace} ${rule.place.name} ${rule.path}`}
              rule={rule}
            />
          ))}
        </ul>
      )}
      {tier.outcome === 'denies' && tier.rules.length > rules.length && (
        <button type="button" className="explain__link" onClick={() => setWhole(true)}>
          {`Show all ${tier.rules.length}`}
        </button>
      )}
    </li>
  );
}

const outcomes: Readonly<Record<ExplainedRule['outcome'], string>> = {
  allows: 'allows',
  denies: 'denies',
  passes: 'passes it on',
  isolates: 'isolates',
  'not-the-peer': 'has the port, not the peer',
  'not-the-port': 'has the peer, not the port',
};

function Rule({ rule }: { readonly rule: ExplainedRule }) {
  const { place, number, path, outcome, causes } = rule;
  return (
    <li className={`explain__rule is-${outcome}`}>
      <span
        className="explain__policy"
        title={path === undefined ? place.kind : `${path} of ${place.kind} ${place.name}`}
      >
        {place.name}
      </span>
      <span className="explain__outcome">
        {number === undefined ? outcomes[outcome] : `rule ${number} ${outcomes[outcome]}`}
      </span>
      <PlaceLink place={place} />
      {causes.length > 0 && (
        <span className="explain__causes">
          {'because of '}
          <Causes causes={causes} />
        </span>
      )}
    </li>
  );
}

function PlaceLink({ place }: { readonly place: ExplainedRule['place'] }) {
  const { ui } = useStores();
  const { file, line } = place;
  if (file === undefined || line === undefined) return null;
  return (
    <button
      type="button"
      className="explain__link explain__place"
      data-testid="explain-place"
      title={`${file}, line ${line}`}
      onClick={() => ui.getState().set({ view: 'manifests', manifest: { path: file, line } })}
    >
      {`${file.split('/').slice(-2).join('/')}:${line}`}
    </button>
  );
}

const mostCauses = 4;

function Causes({ causes }: { readonly causes: readonly Ref[] }) {
  const topology = useDocument((s) => s.topology);
  const { ui } = useStores();
  const index = lookup(topology);
  return (
    <>
      {causes.slice(0, mostCauses).map((cause, i) => (
        <span key={refKey(cause)}>
          {i > 0 && ', '}
          <button type="button" className="explain__link" onClick={() => ui.getState().revealRefs([cause])}>
            {cause.kind === 'zone' ? `zone ${index.titleOf(cause)}, open inside` : `flow ${index.titleOf(cause)}`}
          </button>
        </span>
      ))}
      {causes.length > mostCauses && ` and ${causes.length - mostCauses} more`}
    </>
  );
}
