/**
 * What an unquoted scalar means. Two readings exist: the core schema of YAML 1.2, in which designs are read, and YAML 1.1
 * as kubectl reads it (sigs.k8s.io/yaml on go-yaml v2), in which manifests are read.
 */
export type YamlVersion = '1.2' | '1.1';
export type ScalarValue = string | number | boolean | null;

export interface PlainScalar {
  readonly value: ScalarValue;
  /** Set where YAML 1.1 reads something else than most people expect. */
  readonly surprise?: 'boolean' | 'octal';
}

export function resolvePlain(source: string, version: YamlVersion): PlainScalar {
  return version === '1.2' ? { value: resolveCore(source) } : resolveKubectl(source);
}

/** True where some common reader, of YAML 1.1 or 1.2, takes the unquoted text for something else than a string. */
export function looksLikeOtherType(source: string): boolean {
  return (
    typeof resolveCore(source) !== 'string' ||
    typeof resolveKubectl(source).value !== 'string' ||
    source === '<<' ||
    source === '=' ||
    /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/.test(source) ||
    /^[-+]?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?$/.test(source)
  );
}

function resolveCore(source: string): ScalarValue {
  const first = source.charCodeAt(0);
  const isNumeric = (first >= 48 && first <= 57) || first === 45 || first === 43 || first === 46;
  if (!isNumeric) {
    if (/^(true|True|TRUE)$/.test(source)) return true;
    if (/^(false|False|FALSE)$/.test(source)) return false;
    return isNull(source) ? null : source;
  }
  if (/^[-+]?[0-9]+$/.test(source)) return Number(source);
  if (/^0o[0-7]+$/.test(source) || /^0x[0-9a-fA-F]+$/.test(source)) return Number(source);
  return resolveFloat(source) ?? source;
}

/** `resolve.go` of go-yaml v2: numbers by Go's strconv (a leading 0 is octal), no base 60, timestamps stay strings. */
function resolveKubectl(source: string): PlainScalar {
  if (/^(true|True|TRUE)$/.test(source)) return { value: true };
  if (/^(false|False|FALSE)$/.test(source)) return { value: false };
  if (/^(y|Y|yes|Yes|YES|on|On|ON)$/.test(source)) return { value: true, surprise: 'boolean' };
  if (/^(n|N|no|No|NO|off|Off|OFF)$/.test(source)) return { value: false, surprise: 'boolean' };
  if (isNull(source)) return { value: null };
  if (!/^[-+.0-9]/.test(source)) return { value: source };
  const plain = source.replaceAll('_', '');
  const sign = plain.startsWith('-') ? -1 : 1;
  const digits = plain.replace(/^[-+]/, '');
  if (/^(0|[1-9][0-9]*)$/.test(digits)) return { value: sign * Number(digits) };
  if (/^0[0-7]+$/.test(digits)) return { value: sign * Number.parseInt(digits, 8), surprise: 'octal' };
  if (/^0(o[0-7]+|x[0-9a-f]+|b[01]+)$/i.test(digits)) return { value: sign * Number(digits.toLowerCase()) };
  const float = resolveFloat(plain);
  return { value: float ?? source };
}

function isNull(source: string): boolean {
  return source === '' || source === '~' || source === 'null' || source === 'Null' || source === 'NULL';
}

function resolveFloat(source: string): number | undefined {
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(source)) return Number(source);
  if (/^[-+]?\.(inf|Inf|INF)$/.test(source)) return source.startsWith('-') ? -Infinity : Infinity;
  return /^\.(nan|NaN|NAN)$/.test(source) ? Number.NaN : undefined;
}
