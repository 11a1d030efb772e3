import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { ApiMiddleware, ApiRequest } from "./event.ts";

/** Bytes up to which compressing costs more than it saves. */
const shortest = 1024;

const compressors = {
  // The default of 11 takes half a second for a large list; 4 is as quick as gzip and still smaller.
  br: async (body: Buffer) =>
    await promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: async (body: Buffer) => await promisify(gzip)(body),
} as const;
type Encoding = keyof typeof compressors;

/** Compresses answers where the client takes br or gzip. */
export function compression(): ApiMiddleware {
  const compress = async (request: ApiRequest) => {
    const { response } = request;
    if (!response || response.body === undefined || response.isBase64Encoded) return;
    const body = Buffer.from(response.body);
    if (body.length <= shortest) return;
    const headers = { ...response.headers, vary: "accept-encoding" };
    const encoding = takenEncoding(request.event.headers["accept-encoding"]);
    request.response =
      encoding === undefined
        ? { ...response, headers }
        : {
            ...response,
            headers: { ...headers, "content-encoding": encoding },
            body: (await compressors[encoding](body)).toString("base64"),
            isBase64Encoded: true,
          };
  };
  return { after: compress, onError: compress };
}

/** The encoding that a client likes best of ours; br where it likes both the same. RFC 9110, 12.5.3. */
export function takenEncoding(header: string | undefined): Encoding | undefined {
  const weights = new Map<string, number>();
  for (const part of (header ?? "").toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    const weight = parameters.map((text) => /^q=(.*)$/.exec(text)?.[1]).find((text) => text !== undefined);
    if (name !== "") weights.set(name === "x-gzip" ? "gzip" : name, weight === undefined ? 1 : Number(weight) || 0);
  }
  const weightOf = (name: Encoding) => weights.get(name) ?? weights.get("*") ?? 0;
  const [br, gz] = [weightOf("br"), weightOf("gzip")];
  if (br === 0 && gz === 0) return undefined;
  return br >= gz ? "br" : "gzip";
}
