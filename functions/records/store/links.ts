import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

/** Seconds for which a link to download is good; the client asks again for another. */
const downloadLife = 300;
/** Seconds for which an upload may start. */
const uploadLife = 3600;

/** Links by which whoever has them gets or sends one object, for a while. */
export interface Links {
  downloadUrl(key: string, fileName: string, contentType: string): Promise<string>;
  uploadUrl(key: string, contentType: string): Promise<{ url: string; method: "PUT"; headers: Record<string, string> }>;
}

interface Target {
  readonly Bucket: string;
  readonly Key: string;
  readonly Tagging?: string;
}

/**
 * @param at names an object, or refuses to
 * @param into the same for a write, with the tag that says how long the object is kept
 */
export function linksTo(client: S3Client, { at, into }: { at(key: string): Target; into(key: string): Target }): Links {
  return {
    async downloadUrl(key, fileName, contentType) {
      const command = new GetObjectCommand({
        ...at(key),
        ResponseContentDisposition: `attachment; filename="${fileName}"`,
        ResponseContentType: contentType,
      });
      return await getSignedUrl(client, command, { expiresIn: downloadLife });
    },
    async uploadUrl(key, contentType) {
      const target = into(key);
      const headers = {
        "content-type": contentType,
        ...(target.Tagging !== undefined && { "x-amz-tagging": target.Tagging }),
      };
      const url = await getSignedUrl(client, new PutObjectCommand({ ...target, ContentType: contentType }), {
        expiresIn: uploadLife,
        signableHeaders: new Set(Object.keys(headers)),
        // S3 does not read it in an address.
        unhoistableHeaders: new Set(["x-amz-tagging"]),
      });
      return { url, method: "PUT", headers };
    },
  };
}
