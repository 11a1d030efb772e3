const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** When what has this id was made, which the first ten of 26 characters tell; undefined for ids of another kind. */
export function instantOfId(id: string): string | undefined {
  if (!/^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(id)) return undefined;
  let time = 0;
  for (const character of id.slice(0, 10)) time = time * 32 + alphabet.indexOf(character);
  // Beyond this no calendar has a day.
  return time > 8_640_000_000_000_000 ? undefined : new Date(time).toISOString();
}
