/** One file of an estate: its objects as far as an import reads them, and what is wrong with the text. */
import { parseManifests } from '../k8s/index.ts';
import type { Problem } from '../lib/problem.ts';
import type { SourceObject } from '../reach/index.ts';
import { keepOf } from './objects.ts';

export interface ReadFile {
  readonly sources: readonly SourceObject[];
  readonly problems: readonly Problem[];
}

/** `{{ .Values.name }}`, `{{- include "x" . }}`: the placeholders of Helm and other Go templates. */
const placeholder =
  /\{\{-?\s*(\.|\$|"|`|if\b|else\b|end\b|range\b|with\b|include\b|template\b|define\b|toYaml\b|[a-zA-Z]+\s+[.$"])/;

/**
 * The text itself is not kept: positions of single values go, the line of each object stays. A template, which is no
 * manifest until somebody fills it in, is one problem and not one for each line.
 */
export function readManifestFile(text: string, file: string): ReadFile {
  const { objects, problems } = parseManifests(text, { file });
  const isUnfilled = (value: unknown) => typeof value === 'string' && value.includes('{{');
  const sound = objects.filter(
    ({ object }) => !isUnfilled(object.metadata.name) && !isUnfilled(object.metadata.namespace),
  );
  const errors = problems.filter((p) => p.severity === 'error');
  const isTemplate = (errors.length > 0 || sound.length < objects.length) && placeholder.test(text);
  const line = isTemplate ? text.slice(0, text.search(placeholder)).split('\n').length : 1;
  return {
    sources: sound.flatMap(({ object, line: at }) => {
      const kept = keepOf(object);
      return kept === undefined ? [] : [{ object: kept, file, line: at }];
    }),
    problems: isTemplate ? [templateProblem(file, line)] : problems.filter((p) => !isConfiguration(p, file)),
  };
}

function templateProblem(file: string, line: number): Problem {
  return {
    rule: 'import/template',
    severity: 'warning',
    message:
      'This file holds {{ }} that nobody filled in: it is a template, and no manifest yet. What cannot be read because of that is left out. Import what “helm template” prints instead.',
    file,
    line,
    fixable: false,
  };
}

/** Documents of tools that live beside manifests are no objects, and nobody means them to be. */
function isConfiguration(problem: Problem, file: string): boolean {
  return (
    problem.rule === 'manifest/missing-field' &&
    (/(^|\/)(kustomization\.ya?ml|Chart\.ya?ml|values[^/]*\.ya?ml|[^/]*\.json|skaffold\.ya?ml)$/i.test(file) ||
      /^This (\w*Configuration|Kustomization|Config|Cluster) has no metadata\.name/.test(problem.message))
  );
}
