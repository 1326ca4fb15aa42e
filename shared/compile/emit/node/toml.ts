/** TOML, as far as engines' drop-ins need it: tables of text and booleans. */
export type TomlValue = string | boolean | readonly string[];

/** A table; `path` is its name in parts, quoted where they are no bare keys. Two spaces per nesting below `base` parts. */
export function tomlTable(path: readonly string[], values: Readonly<Record<string, TomlValue>>): string {
  const lines = Object.entries(values).map(([key, value]) => `  ${tomlKey(key)} = ${tomlValue(value)}`);
  return [`[${path.map(tomlKey).join('.')}]`, ...lines].join('\n');
}

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlText(key);
}

function tomlValue(value: TomlValue): string {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? tomlText(value) : `[${value.map(tomlText).join(', ')}]`;
}

/** A basic string. */
function tomlText(text: string): string {
  const escaped = [...text].map((char) => {
    if (char === '"' || char === '\\') return `\\${char}`;
    const code = char.codePointAt(0) ?? 0;
    return code < 0x20 || code === 0x7f ? `\\u${code.toString(16).padStart(4, '0')}` : char;
  });
  return `"${escaped.join('')}"`;
}
