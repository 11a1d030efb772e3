import { createHash, type Hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { notImplemented, S3Error } from "./s3-error.ts";

interface Running {
  update(bytes: Buffer): void;
  digest(): Buffer;
}

function runningCrc32(): Running {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

const hash = (name: string): Running => {
  const running: Hash = createHash(name);
  return { update: (bytes) => void running.update(bytes), digest: () => running.digest() };
};

/** What the request says of its body, to be held against what arrives. */
export interface ExpectedContent {
  /** Base64, from Content-MD5. */
  md5?: string | undefined;
  /** Hex, from x-amz-content-sha256. */
  sha256?: string | undefined;
  size?: number | undefined;
  checksum?: { algorithm: string; value: () => string | undefined } | undefined;
}

function runningChecksum(algorithm: string): Running {
  switch (algorithm) {
    case "crc32":
      return runningCrc32();
    case "sha1":
    case "sha256":
      return hash(algorithm);
    default:
      throw notImplemented(`A checksum by ${algorithm} (CRC32, SHA1 and SHA256 are)`);
  }
}

/** Takes a body's bytes as they pass and judges them at the end, in one reading. */
export class ContentDigest {
  readonly #expected: ExpectedContent;
  readonly #md5 = createHash("md5");
  readonly #sha256: Hash | undefined;
  readonly #checksum: Running | undefined;
  size = 0;

  constructor(expected: ExpectedContent) {
    this.#expected = expected;
    this.#sha256 = expected.sha256 === undefined ? undefined : createHash("sha256");
    this.#checksum = expected.checksum === undefined ? undefined : runningChecksum(expected.checksum.algorithm);
  }

  update(bytes: Buffer): void {
    this.size += bytes.length;
    this.#md5.update(bytes);
    this.#sha256?.update(bytes);
    this.#checksum?.update(bytes);
  }

  /** @throws S3Error where the bytes are not those that the request announced */
  finish(): { md5: Buffer; checksum: { algorithm: string; value: string } | undefined } {
    const { md5: wantedMd5, sha256, size, checksum } = this.#expected;
    if (size !== undefined && size !== this.size) {
      throw new S3Error(400, "IncompleteBody", "The request body does not have the announced number of bytes.");
    }
    const md5 = this.#md5.digest();
    if (wantedMd5 !== undefined && wantedMd5 !== md5.toString("base64")) {
      throw new S3Error(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
    }
    if (this.#sha256 !== undefined && this.#sha256.digest("hex") !== sha256) {
      throw new S3Error(400, "XAmzContentSHA256Mismatch", "The provided x-amz-content-sha256 is not that of the body.");
    }
    if (checksum === undefined || this.#checksum === undefined) return { md5, checksum: undefined };
    const { algorithm } = checksum;
    const value = this.#checksum.digest().toString("base64");
    if (checksum.value() !== value) {
      throw new S3Error(
        400,
        "BadDigest",
        `The ${algorithm.toUpperCase()} you specified did not match what we received.`,
      );
    }
    return { md5, checksum: { algorithm, value } };
  }
}
