/** A property of something that came as JSON; undefined where it has none. */
export function part(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}

export function listPart(of: unknown, name: string): unknown[] {
  const found = part(of, name);
  return Array.isArray(found) ? found : [];
}
