import type { IncomingHttpHeaders } from "node:http";
import type { StoredObject } from "./object-file.ts";
import { noSuchKey, notImplemented, preconditionFailed } from "./s3-error.ts";

export interface Conditions {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
  ifModifiedSince?: string | undefined;
  ifUnmodifiedSince?: string | undefined;
}

export function conditionsOf(headers: IncomingHttpHeaders): Conditions {
  return {
    ifMatch: headers["if-match"],
    ifNoneMatch: headers["if-none-match"],
    ifModifiedSince: headers["if-modified-since"],
    ifUnmodifiedSince: headers["if-unmodified-since"],
  };
}

/** Whether a condition's list of entity tags holds this one. */
export const names = (list: string, etag: string) =>
  list.split(",").some((one) => {
    const tag = one.trim().replace(/^W\//, "");
    return tag === "*" || tag === etag || `"${tag}"` === etag;
  });

const seconds = (instant: string) => Math.floor(Date.parse(instant) / 1000);

/** Whether a read answers with the object, or 304; throws where it answers 412. The order is that of RFC 9110, 13.2.2. */
export function judgeRead(conditions: Conditions, object: StoredObject): "send" | "not modified" {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined) {
    if (!names(ifMatch, object.etag)) throw preconditionFailed();
  } else if (ifUnmodifiedSince !== undefined && seconds(object.lastModified) > seconds(ifUnmodifiedSince)) {
    throw preconditionFailed();
  }
  if (ifNoneMatch !== undefined) return names(ifNoneMatch, object.etag) ? "not modified" : "send";
  if (ifModifiedSince !== undefined && seconds(object.lastModified) <= seconds(ifModifiedSince)) return "not modified";
  return "send";
}

/** Whether S3 would take a write that is conditional on what is there now; throws where it would not. */
export function judgeWrite({ ifMatch, ifNoneMatch }: Conditions, present: StoredObject | undefined): void {
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() !== "*") throw notImplemented("A conditional write with If-None-Match other than *");
    if (present !== undefined) throw preconditionFailed();
  }
  if (ifMatch !== undefined) {
    if (present === undefined) throw noSuchKey();
    if (!names(ifMatch, present.etag)) throw preconditionFailed();
  }
}
