/** What a problem is called, what it means, and what to do about it: the words of answers and of the pages about problems. */
export interface ProblemWords {
  readonly title: string;
  readonly meaning: string;
  readonly advice: string;
}

export const problemWords = {
  MALFORMED_JSON: {
    title: "The body is not JSON",
    meaning: "What was sent cannot be read as JSON: a quote, comma, or bracket is missing or extra.",
    advice:
      "Send the body as JSON in UTF-8. Nothing was changed, so the same request can be sent again once it is fixed.",
  },
  UNAUTHENTICATED: {
    title: "Sign in first",
    meaning:
      "The request has no access token, or its token has expired, was issued for another service, or is not an access token.",
    advice:
      "Sign in again, or ask for a new access token, and send it in the Authorization header as Bearer. An ID token is not an access token.",
  },
  FORBIDDEN: {
    title: "Not allowed",
    meaning: "You are signed in, but your role or your library does not let you do this.",
    advice:
      "The detail says which role is needed. Ask an administrator of your library to do it, or Keystone's support to change your role.",
  },
  NOT_FOUND: {
    title: "Not found",
    meaning:
      "There is no such address, or no such thing in your library. The answer is the same for things of other libraries.",
    advice:
      "Check the address and the ID in it. The thing may have been deleted in the meantime: its list shows what exists.",
  },
  METHOD_NOT_ALLOWED: {
    title: "This address does not allow that method",
    meaning: "The address exists, but not for this method.",
    advice: "Use one of the methods in the answer's Allow header.",
  },
  CONFLICT: {
    title: "Not possible in the current state",
    meaning:
      "The thing is not in a state in which this can be done, someone else acted at the same moment, or an Idempotency-Key was used again with another body.",
    advice:
      "Look at the thing as it is now and decide again. If the answer has a Retry-After header, something is still running: try again after that many seconds.",
  },
  GONE: {
    title: "No longer kept",
    meaning: "It existed, and was deleted when the time for which the library keeps it had passed.",
    advice: "What is kept longer, such as the counts of a batch update, is in the thing itself.",
  },
  PRECONDITION_FAILED: {
    title: "Changed in the meantime",
    meaning:
      "Someone changed the thing after you read it, so your change would have undone theirs. Nothing was changed.",
    advice:
      "Read the thing again, make your change to what is there now, and send it with the new ETag in the If-Match header.",
  },
  TOO_LARGE: {
    title: "Too large",
    meaning: "The request, or a part of it, is larger than is accepted at one time.",
    advice: "The detail gives the limit. Send long lists of IDs as an upload.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    title: "Wrong content type",
    meaning: "The Content-Type header does not name a format that this address accepts.",
    advice: "Send the body as JSON with the header Content-Type: application/json.",
  },
  VALIDATION: {
    title: "Something in the request is not right",
    meaning: "One or more fields, parameters or headers are missing, unknown, or hold a value that is not accepted.",
    advice: "The errors name each place and what is wrong there, at most 100 of them. Nothing was changed.",
  },
  RATE_LIMITED: {
    title: "Too many requests",
    meaning: "More requests arrived at one time than are accepted.",
    advice: "Wait as many seconds as the Retry-After header says, then continue more slowly.",
  },
  INTERNAL: {
    title: "Something went wrong here",
    meaning: "The service made a mistake. It has been logged.",
    advice:
      "Check whether the thing has changed, then try again. If it keeps happening, give Keystone's support the requestId of the answer.",
  },
  UNAVAILABLE: {
    title: "Temporarily unavailable",
    meaning: "The service is busy, or a part of it is not responding.",
    advice:
      "Check whether the thing has changed, then try again after as many seconds as the Retry-After header says. With an Idempotency-Key the same request is never done twice.",
  },
} as const satisfies Record<string, ProblemWords>;
