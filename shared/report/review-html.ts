/** A review as one page that opens anywhere, without the app, without the network, and prints well. */
import { type DifferenceClass, diffHunks, type Review, type ReviewEntry, type ReviewGroup } from '../diff/index.ts';
import { escapeHtml } from './escape.ts';
import { reviewStyle } from './review-html-style.ts';
import type { ReviewNames } from './review-markdown.ts';
import type { Pictures } from './review-picture.ts';
import { consequencesOf, countReview, layerWords, objectsLine, sentenceOf, whatFollows } from './review-text.ts';
import { strictPage } from './strict-page.ts';

const mostLines = 400;
const mostRows = 10;

/** `pictures` are there where both sides are drawn, or can be. */
export function reviewAsHtml(review: Pick<Review, 'groups'>, names: ReviewNames, pictures?: Pictures): string {
  const title = `Review of ${names.after}`;
  const grave = review.groups.filter((group) => group.class === 'opens' || group.class === 'weakens');
  const others = review.groups.filter((group) => !grave.includes(group));
  const body = `<header>
<h1>${escapeHtml(title)}</h1>
<p>From <code>${escapeHtml(names.before)}</code> to <code>${escapeHtml(names.after)}</code>: ${escapeHtml(countReview(review))}.</p>
</header>
<main>
${grave.length === 0 ? '' : summary(grave)}${pictures === undefined ? '' : pictureSection(pictures)}${
  review.groups.length === 0
    ? '<p>There is no difference.</p>\n'
    : `<section aria-label="What opens or weakens">
<h2>${grave.length === 0 ? 'Nothing opens and nothing is isolated less' : 'What opens or weakens'}</h2>
${grave.map((group, i) => groupAsHtml(group, i)).join('')}</section>
${others.length === 0 ? '' : `<section aria-label="Everything else">\n<h2>Everything else</h2>\n${others.map((group) => groupAsHtml(group)).join('')}</section>\n`}`
}</main>
<footer><p>Made by Zonewright. Connections are what the policy engine reads from the exported manifests of both sides.</p></footer>
`;
  return strictPage(title, `${reviewStyle}${pictures?.style ?? ''}`, body);
}

/** What a reader has to know before anything else; each leads to the rest of it. */
function summary(grave: readonly ReviewGroup[]): string {
  const rows = grave.slice(0, mostRows).map((group, i) => {
    return `<li>${badge(group.class)} <span class="grade">${group.severity}</span> <span><a href="#edit-${i}">${escapeHtml(group.title)}</a>: ${escapeHtml(whatFollows(group))}</span></li>\n`;
  });
  const rest = grave.length - rows.length;
  return `<ol class="summary" aria-label="Summary">
${rows.join('')}</ol>
${rest > 0 ? `<p>${rest} more below.</p>\n` : ''}`;
}

function pictureSection({ before, after, areProposed, flowsLeftOut }: Pictures): string {
  const legend = (['opens', 'weakens', 'moves', 'closes', 'strengthens', 'neutral'] as const)
    .map((kind) => `<li>${badge(kind)}</li>`)
    .join('');
  const notes = [
    ...(areProposed === true
      ? ['Drawn from the manifests of each side, in the zones that an import would propose.']
      : []),
    ...(flowsLeftOut > 0 ? [`${flowsLeftOut} flows that did not change are not drawn.`] : []),
  ];
  const note = notes.length === 0 ? '' : `<p>${notes.join(' ')}</p>\n`;
  return `<section class="pictures" aria-label="Pictures">
${note}<figure><figcaption>Before</figcaption>
${before}</figure>
<figure><figcaption>After</figcaption>
${after}</figure>
<ul class="legend" aria-label="Legend">${legend}<li>+ added</li><li>− removed</li><li>~ changed</li></ul>
</section>
`;
}

/** `number` counts those that are open from the start. */
function groupAsHtml(group: ReviewGroup, number?: number): string {
  const { entries, objects } = consequencesOf(group);
  const items = (entries.length > 0 ? entries : []).map((entry) => entryAsHtml(entry, group)).join('');
  const grade = group.class === 'neutral' ? '' : ` <span class="grade">${group.severity}</span>`;
  return `<details class="edit"${number === undefined ? '' : ` id="edit-${number}" open`}>
<summary>${badge(group.class)}${grade} <b>${escapeHtml(group.title)}</b></summary>
${items === '' ? '' : `<ul>\n${items}</ul>\n`}${objects.length === 0 ? '' : manifests(objects)}</details>
`;
}

function entryAsHtml(entry: ReviewEntry, group: ReviewGroup): string {
  const details = entry.details.map((detail) => `<li>${escapeHtml(detail)}</li>`).join('');
  return `<li>${badge(entry.class)} <span class="layer">${layerWords[entry.layer]}</span><span>${escapeHtml(sentenceOf(entry, group))}</span>${details === '' ? '' : `<ul class="details">${details}</ul>`}</li>
`;
}

function manifests(objects: readonly ReviewEntry[]): string {
  const blocks = objects.map((entry) => {
    const { textBefore = '', textAfter = '' } = entry.manifest ?? {};
    const { hunks, left } = diffHunks(textBefore, textAfter, { around: 2, most: mostLines });
    const runs = hunks.map((hunk) =>
      hunk
        .map((line) => `<span class="line ${line.change}">${signs[line.change]} ${escapeHtml(line.text)}</span>`)
        .join('\n'),
    );
    const rest = left === 0 ? '' : `\n<span class="gap">… ${left} more lines</span>`;
    return `<p>${escapeHtml(entry.message)}</p>\n<pre>${runs.join('\n<span class="gap">⋯</span>\n')}${rest}</pre>\n`;
  });
  return `<details class="objects">
<summary>${escapeHtml(objectsLine(objects))}</summary>
${blocks.join('')}</details>
`;
}

const signs = { same: ' ', added: '+', removed: '−' } as const;

function badge(kind: DifferenceClass): string {
  return `<span class="class ${kind}">${kind}</span>`;
}
