import { XMLBuilder, XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { S3Error } from "./s3-error.ts";

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@", suppressEmptyNode: true });
const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => name === "Object" || name === "Part",
});

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** An answer's body. Values undefined are left out. */
export function xml(root: string, content: Record<string, unknown>, namespace: string = NAMESPACE): string {
  const body = root === "Error" ? content : { "@xmlns": namespace, ...content };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: body })}`;
}

function parse<T>(text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(parser.parse(text, true));
  } catch {
    throw new S3Error(400, "MalformedXML", "The XML you provided was not well-formed or did not fit the operation.");
  }
}

const deletion = z.object({
  Delete: z.object({
    Quiet: z.string().optional(),
    Object: z.array(z.object({ Key: z.string(), VersionId: z.string().optional() })).max(1000),
  }),
});

export function parseDeletion(text: string): {
  quiet: boolean;
  objects: { Key: string; VersionId?: string | undefined }[];
} {
  const { Delete } = parse(text, deletion);
  return { quiet: Delete.Quiet?.trim() === "true", objects: Delete.Object };
}

const completion = z.object({
  CompleteMultipartUpload: z.object({
    Part: z.array(z.object({ PartNumber: z.coerce.number().int().min(1).max(10_000), ETag: z.string() })).min(1),
  }),
});

export function parseCompletion(text: string): { partNumber: number; etag: string }[] {
  return parse(text, completion).CompleteMultipartUpload.Part.map(({ PartNumber, ETag }) => ({
    partNumber: PartNumber,
    etag: `"${ETag.trim().replaceAll('"', "")}"`,
  }));
}
