/** Whether a text is a design, whole or not: by its name, or by what it says it is. */
export function isDesign(text: string, name: string): boolean {
  return isNamedDesign(name) || /^[ \t]*["']?apiVersion["']?[ \t]*:[ \t]*["']?zonewright\//m.test(text);
}

/** `path` is that of a file, with `/` or `\`. */
export function isNamedDesign(path: string): boolean {
  return /\.zones\.ya?ml$/i.test(path);
}
