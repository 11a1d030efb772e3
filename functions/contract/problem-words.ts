/** What a problem is called, what it means, and what to do about it: the words of answers and of the pages about problems. */
export interface ProblemWords {
  readonly title: string;
  readonly meaning: string;
  readonly advice: string;
}

export const problemWords = {
  MALFORMED_JSON: {
    title: "The body is not JSON",
    meaning: "What was sent cannot be read as JSON: a quote, a comma or a bracket is missing or too much.",
    advice:
      "Send the body as JSON in UTF-8. Nothing was changed, so the same request can be sent again once it is mended.",
  },
  UNAUTHENTICATED: {
    title: "Sign in first",
    meaning:
      "The request has no access token, or one that has expired, was given out for another service, or is not an access token.",
    advice:
      "Sign in again, or ask for a new access token, and send it in the Authorization header as Bearer. An ID token is not an access token.",
  },
  FORBIDDEN: {
    title: "Not allowed",
    meaning: "You are known, but your role or your library does not let you do this.",
    advice:
      "The detail says which role is needed. Ask an administrator of your library to do it, or Keystone's support to change your role.",
  },
  NOT_FOUND: {
    title: "Not found",
    meaning:
      "There is no such address, or no such thing in your library. Things of other libraries are answered the same.",
    advice:
      "Look at the address and the id in it. The thing may have been deleted meanwhile: its list shows what is there.",
  },
  METHOD_NOT_ALLOWED: {
    title: "Not a method of this address",
    meaning: "The address is known, but it cannot be asked in this way.",
    advice: "Use one of the methods in the answer's Allow header.",
  },
  CONFLICT: {
    title: "Not possible in the present state",
    meaning:
      "The thing is not in a state in which this can be done, somebody else did something at the same moment, or an Idempotency-Key was used again with another body.",
    advice:
      "Look at the thing as it is now and decide anew. Where the answer has a Retry-After header, something is still at work: ask again after that many seconds.",
  },
  GONE: {
    title: "No longer kept",
    meaning: "It was there, and has been deleted because the time for which the library keeps it has passed.",
    advice: "What is kept beyond that time, such as the counts of a batch update, is in the thing itself.",
  },
  PRECONDITION_FAILED: {
    title: "Changed in the meantime",
    meaning:
      "Somebody changed the thing after you had read it, so your change would have undone theirs. Nothing was changed.",
    advice:
      "Read the thing again, make your change to what is there now, and send it with the new ETag in the If-Match header.",
  },
  TOO_LARGE: {
    title: "Too large",
    meaning: "The request, or a part of it, is larger than what is taken at one time.",
    advice: "The detail says what the limit is. Long lists of ids come by upload.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    title: "Wrong content type",
    meaning: "The Content-Type header does not name a form in which this address takes a body.",
    advice: "Send the body as JSON with the header Content-Type: application/json.",
  },
  VALIDATION: {
    title: "Something in the request is not right",
    meaning: "One or more fields, parameters or headers are missing, unknown, or hold a value that cannot be taken.",
    advice: "The errors name each place and what is wrong there, at most 100 of them. Nothing was changed.",
  },
  RATE_LIMITED: {
    title: "Too many requests",
    meaning: "More requests came at one time than are taken.",
    advice: "Wait as many seconds as the Retry-After header says, then go on more slowly.",
  },
  INTERNAL: {
    title: "Something went wrong here",
    meaning: "The service made a mistake. It was noted.",
    advice:
      "Look at whether the thing has changed, then try again. If it stays, tell Keystone's support the requestId of the answer.",
  },
  UNAVAILABLE: {
    title: "Not available for the moment",
    meaning: "The service is busy, or a part of it does not answer at this moment.",
    advice:
      "Look at whether the thing has changed, then try again after as many seconds as the Retry-After header says. With an Idempotency-Key the same request is never done twice.",
  },
} as const satisfies Record<string, ProblemWords>;
