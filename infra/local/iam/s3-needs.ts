import type { Need } from "./need.ts";

/** A request to S3 in path style. */
export interface AskedOfS3 {
  readonly method: string;
  readonly bucket: string;
  /** Decoded; empty where it is about the bucket. */
  readonly key: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** What is to be copied, as `x-amz-copy-source` names it. */
  readonly copySource?: string | undefined;
  /** Whether it says with which tags the object is to be. */
  readonly setsTags?: boolean | undefined;
}

/** What a request needs. What deletes many objects needs something for each of them: see {@link deletionNeed}. */
export function s3Needs({ method, bucket, key, parameters, copySource, setsTags }: AskedOfS3): Need[] {
  const resource = `arn:aws:s3:::${bucket}`;
  const onObject = (action: string): Need => ({ action: `s3:${action}`, resource: `${resource}/${key}` });
  if (bucket === "") return [{ action: "s3:ListAllMyBuckets", resource: "*" }];
  if (key === "") {
    if (parameters.has("delete")) return [];
    const action = parameters.has("versions") ? "s3:ListBucketVersions" : "s3:ListBucket";
    return [{ action, resource, prefix: parameters.get("prefix") }];
  }
  if (method === "DELETE") return [onObject(parameters.has("uploadId") ? "AbortMultipartUpload" : "DeleteObject")];
  if (method === "GET" && parameters.has("tagging")) return [onObject("GetObjectTagging")];
  if (method === "GET" || method === "HEAD") return [onObject("GetObject")];
  const put = [onObject("PutObject"), ...(setsTags ? [onObject("PutObjectTagging")] : [])];
  if (copySource === undefined) return put;
  const source = decodeURIComponent(copySource).replace(/^\//, "");
  return [{ action: "s3:GetObject", resource: `arn:aws:s3:::${source}` }, ...put];
}

/** @param version which one of its versions is to go for good; none puts a mark above them */
export function deletionNeed(bucket: string, key: string, version?: string): Need {
  const action = version === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
  return { action, resource: `arn:aws:s3:::${bucket}/${key}` };
}
