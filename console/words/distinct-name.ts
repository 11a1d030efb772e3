/** A name as it stands, or with the ID where it is not the only one of its kind among those that are shown. */
export function distinctName(name: string, id: string, names: readonly string[]): string {
  return names.filter((it) => it === name).length > 1 ? `${name}, ${id}` : name;
}
