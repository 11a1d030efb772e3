/** What holds for every route, in sentences for who writes a client. */
export const manners: readonly string[] = [
  "Days are `YYYY-MM-DD` in the library's calendar, instants ISO 8601 in UTC. A field without a value is absent in answers. Unknown fields of a body are refused (422).",
  "Lists take `limit` and `cursor` and answer `items` and, but on the last page, `nextCursor`.",
  "The library is that of the token. Support names the one it acts on in the header `Library`.",
  "Every POST takes an `Idempotency-Key`: the same key, caller, method, path and body is answered like the first time for at least 24 hours; with another body it is a 409. Only answers of success are kept.",
  "Refused requests are answered with a problem (RFC 9457), whose `code` is of a closed list. A path with another method is answered 405 with `Allow`; OPTIONS needs no token.",
  'The gateway in front of the API answers by itself, as `{"message": "..."}`, what never reaches it: 413 for a body over 10 MB, 429 for too many requests, 500 and 503 where the API gives no answer.',
];
